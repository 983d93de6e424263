import { withEmoji } from './emoji.ts';
import { slackDate } from './slack-date.ts';

/** A node of parsed mrkdwn; `components/Mrkdwn.ts` renders it. https://docs.slack.dev/messaging/formatting-message-text */
export type Node =
  | { kind: 'text' | 'code' | 'pre'; text: string }
  | { kind: 'bold' | 'italic' | 'strike' | 'quote'; children: Node[] }
  | { kind: 'link'; href: string; label: string }
  | { kind: 'user' | 'channel' | 'group'; id: string; label: string };

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const unescapeText = (text: string) => text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity);

/** Accepts paths only for the simulator's permalinks. */
const angle = /<(?:([@#!])([^<>|\s]+)|((?:(?:https?|mailto):|\/ultronex\/)[^<>|\s]+))(?:\|([^<>\n]*))?>/y;
/** `<!date^1700000000^{date} {time}^https://optional.link|fallback>` */
const moment = /<!date\^(\d{1,12})\^([^<>|^]+)(?:\^[^<>|]*)?\|([^<>]*)>/y;
const bareUrl = /https?:\/\/[^\s<>|*`]*[^\s<>|*`.,;:!?)'"]/y;
const emphasis = { '*': 'bold', _: 'italic', '~': 'strike' } as const;

type Found = { node: Node; end: number } | null;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function dated(text: string, at: number): Found {
  const [whole, seconds, format = '', otherwise = ''] = matchAt(moment, text, at) ?? [];
  if (whole === undefined) return null;
  const shown = slackDate(Number(seconds) * 1_000, unescapeText(format)) ?? unescapeText(otherwise);
  return { node: { kind: 'text', text: shown }, end: at + whole.length };
}

function angled(text: string, at: number): Found {
  const found = matchAt(angle, text, at);
  if (!found) return null;
  const [whole, sigil, id = '', href, label] = found;
  const end = at + whole.length;
  if (href) return { node: { kind: 'link', href: unescapeText(href), label: unescapeText(label || href) }, end };
  const kind = sigil === '@' ? 'user' : sigil === '#' ? 'channel' : 'group';
  return { node: { kind, id, label: unescapeText(label ?? '') }, end };
}

function fenced(text: string, at: number): Found {
  const fence = text.startsWith('```', at) ? '```' : '`';
  const close = text.indexOf(fence, at + fence.length);
  if (close <= at + fence.length) return null;
  const inner = text.slice(at + fence.length, close);
  if (fence === '`' && inner.includes('\n')) return null;
  const kind = fence === '`' ? 'code' : 'pre';
  const shown = kind === 'pre' ? inner.replace(/^\n|\n$/g, '') : inner;
  const end = close + fence.length;
  // The newline after a block would be shown as an empty line.
  return { node: { kind, text: unescapeText(shown) }, end: kind === 'pre' && text[end] === '\n' ? end + 1 : end };
}

/** Parses `*bold*` and the like. Marks count only at word boundaries: `snake_case_name` and `2*3*4` do not change. */
function emphasized(text: string, at: number): Found {
  const mark = text[at] as keyof typeof emphasis;
  if (at > 0 && /[\p{L}\p{N}*_~]/u.test(text[at - 1] ?? '')) return null;
  const close = text.indexOf(mark, at + 1);
  if (close <= at + 1) return null;
  const inner = text.slice(at + 1, close);
  if (inner.includes('\n') || inner !== inner.trim() || /[\p{L}\p{N}]/u.test(text[close + 1] ?? '')) return null;
  return { node: { kind: emphasis[mark], children: parseInline(inner) }, end: close + 1 };
}

function tokenAt(text: string, at: number): Found {
  const sign = text[at];
  if (sign === '<') return dated(text, at) ?? angled(text, at);
  if (sign === '`') return fenced(text, at);
  if (sign === '*' || sign === '_' || sign === '~') return emphasized(text, at);
  const url = matchAt(bareUrl, text, at)?.[0];
  return url
    ? { node: { kind: 'link', href: unescapeText(url), label: unescapeText(url) }, end: at + url.length }
    : null;
}

const textNode = (text: string): Node => ({ kind: 'text', text: withEmoji(unescapeText(text)) });

function parseInline(text: string): Node[] {
  const nodes: Node[] = [];
  const mayStart = /[<`*_~]|https?:\/\//g;
  let plainFrom = 0;
  for (let start = mayStart.exec(text); start; start = mayStart.exec(text)) {
    const found = tokenAt(text, start.index);
    if (!found) {
      mayStart.lastIndex = start.index + 1;
      continue;
    }
    if (start.index > plainFrom) nodes.push(textNode(text.slice(plainFrom, start.index)));
    nodes.push(found.node);
    plainFrom = found.end;
    mayStart.lastIndex = found.end;
  }
  if (plainFrom < text.length) nodes.push(textNode(text.slice(plainFrom)));
  return nodes;
}

/** Parses mrkdwn. Lines that start with `>` become a quote. Newlines stay in the text, which is shown with `pre-wrap`. */
export function parse(text: string): Node[] {
  const nodes: Node[] = [];
  for (const block of text.split(/((?:^(?:&gt;|>) ?.*(?:\n|$))+)/m)) {
    if (!block) continue;
    if (/^(?:&gt;|>)/.test(block)) {
      const inner = block.replace(/\n$/, '').replace(/^(?:&gt;|>) ?/gm, '');
      nodes.push({ kind: 'quote', children: parseInline(inner) });
    } else nodes.push(...parseInline(block));
  }
  return nodes;
}

/** Returns the text of nodes without formatting, for a single line. */
export function plain(nodes: Node[], names?: { get(id: string): string | undefined }): string {
  const words = nodes.map((node) => {
    if ('text' in node) return node.text;
    if ('children' in node) return plain(node.children, names);
    if (node.kind === 'link') return node.label;
    return `${node.kind === 'channel' ? '#' : '@'}${node.label || (names?.get(node.id) ?? node.id)}`;
  });
  return words.join('');
}
