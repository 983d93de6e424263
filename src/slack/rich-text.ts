import { escapeMrkdwn } from '../domain/text.ts';
import { type Json, list, object, text } from './json.ts';
import { plainText } from './text-parts.ts';

const deepest = 8;

/**
 * A `rich_text` block, which Slack's own clients make of what people type, in mrkdwn. Bold, italic and strike are left
 * out: only the text counts. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export function richText(block: Json): string {
  return list(block.elements)
    .map((element) => section(element, 0))
    .filter((one) => one !== '')
    .join('\n');
}

function section(value: unknown, depth: number): string {
  const element = object(value);
  if (!element || depth > deepest) return '';
  const inner = () => list(element.elements).map(inline).join('');
  switch (element.type) {
    case 'rich_text_list':
      return listed(element, depth);
    case 'rich_text_preformatted': {
      const code = list(element.elements).map(verbatim).join('');
      return code === '' ? '' : `\`\`\`${code}\`\`\``;
    }
    case 'rich_text_quote':
      return inner().replace(/^/gm, '&gt; ');
    case 'rich_text_section':
      return inner().replace(/\n$/, '');
    default:
      return Array.isArray(element.elements) ? inner() : inline(element);
  }
}

function listed(element: Json, depth: number): string {
  const first = typeof element.offset === 'number' ? element.offset + 1 : 1;
  const indent = typeof element.indent === 'number' ? '    '.repeat(Math.min(Math.max(element.indent, 0), 8)) : '';
  return list(element.elements)
    .map((item, index) => {
      const sign = element.style === 'ordered' ? `${first + index}.` : '•';
      return `${indent}${sign} ${section(item, depth + 1)}`;
    })
    .join('\n');
}

function inline(value: unknown): string {
  const element = object(value);
  if (!element) return '';
  const id = (field: string) => (text(element[field]) ?? '').replace(/[<>|\s]/g, '');
  switch (element.type) {
    case 'text': {
      const said = text(element.text) ?? '';
      const isCode = object(element.style)?.code === true && !/[`\n]/.test(said) && said !== '';
      return isCode ? `\`${escapeMrkdwn(said)}\`` : typed(said);
    }
    case 'link':
      return link(element);
    case 'emoji':
      return `:${id('name')}:`;
    case 'user':
      return `<@${id('user_id')}>`;
    case 'channel':
      return `<#${id('channel_id')}>`;
    case 'usergroup':
      return `<!subteam^${id('usergroup_id')}>`;
    case 'broadcast':
      return `<!${id('range')}>`;
    case 'date':
      return typed(text(element.fallback) ?? '');
    case 'color':
      return typed(text(element.value) ?? '');
    default:
      return Array.isArray(element.elements)
        ? list(element.elements).map(inline).join('')
        : typed(text(element.text) ?? '');
  }
}

function link(element: Json): string {
  const url = escapeMrkdwn(text(element.url) ?? '').replace(/[|\s]/g, encodeURIComponent);
  const label = escapeMrkdwn(text(element.text) ?? '').replace(/[|\n]/g, ' ');
  return url === '' ? label : `<${url}${label === '' ? '' : `|${label}`}>`;
}

/** In `rich_text` nothing is an entity: what looks like one was typed. */
function typed(said: string): string {
  return plainText(escapeMrkdwn(said));
}

function verbatim(value: unknown): string {
  const element = object(value);
  return escapeMrkdwn(text(element?.text) ?? text(element?.url) ?? '').replaceAll('```', "'''");
}
