/**
 * A token of Slack's mrkdwn, with its position in the source.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export interface Token {
  /** `mark`: a formatting character, which is not visible. `broadcast`: `<!here>`. */
  kind: 'text' | 'mark' | 'user' | 'channel' | 'group' | 'broadcast' | 'date' | 'link';
  start: number;
  end: number;
  /** The kind of code that the token is in, if any. */
  code?: 'inline' | 'fence';
  /** The id of a user, channel or group; the name of a broadcast; the address of a link. As written, with entities. */
  target: string;
  /** As written, with entities; '' when there is none. */
  label: string;
}

/** Characters that may begin anything but plain text. */
const mayStart = /[<`*_~]/g;
const mention = /<([@#])([A-Za-z0-9]{1,40})(?:\|([^<>\n]*))?>/y;
const special =
  /<!(?:(here|channel|everyone)(?:\|[^<>\n]*)?|subteam\^([A-Za-z0-9]{1,40})(?:\|([^<>\n]*))?|date\^[^<>|\n]*\|([^<>\n]*))>/y;
const link = /<((?:[a-z][a-z0-9+.-]*:|\/ultronex\/)[^<>|\s]+)(?:\|([^<>\n]*))?>/iy;
const wordBefore = /[\p{L}\p{N}*_~]/u;
/** Longest formatted text, in UTF-16 units. Searching further for a closing mark would take quadratic time. */
const longestSpan = 2_000;

/** Splits a text into tokens, without gaps, in linear time. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const closeOf = closers(text);
  /** Positions of closing marks whose opening mark was found. */
  const closing = new Set<number>();
  let plainFrom = 0;

  const plain = (until: number, code?: Token['code']) => {
    if (until > plainFrom) tokens.push({ kind: 'text', start: plainFrom, end: until, code, target: '', label: '' });
  };
  const push = (token: Token) => {
    plain(token.start);
    tokens.push(token);
    plainFrom = token.end;
    mayStart.lastIndex = token.end;
  };
  const mark = (start: number, end: number, code?: Token['code']) =>
    push({ kind: 'mark', start, end, code, target: '', label: '' });

  mayStart.lastIndex = 0;
  for (let found = mayStart.exec(text); found; found = mayStart.exec(text)) {
    const at = found.index;
    const sign = text[at];
    if (sign === '<') {
      const token = angled(text, at);
      if (token) push(token);
      else mayStart.lastIndex = at + 1;
    } else if (sign === '`') {
      const span = codeAt(text, at);
      if (!span) {
        // Unclosed backticks are skipped as a whole: a search from each of them would take quadratic time.
        mayStart.lastIndex = at + (/^`+/.exec(text.slice(at, at + longestSpan))?.[0].length ?? 1);
        continue;
      }
      mark(at, span.from, span.code);
      plain(span.to, span.code);
      plainFrom = span.to;
      mark(span.to, span.end, span.code);
    } else if (closing.delete(at)) mark(at, at + 1);
    else {
      const close = mayOpen(text, at) ? closeOf(at) : null;
      mayStart.lastIndex = at + 1;
      if (close === null) continue;
      closing.add(close);
      mark(at, at + 1);
    }
  }
  plain(text.length);
  return tokens;
}

function angled(text: string, at: number): Token | null {
  const place = { start: at, label: '' };
  const mentioned = matchAt(mention, text, at);
  if (mentioned) {
    const [whole, sigil, target = '', label = ''] = mentioned;
    return { kind: sigil === '@' ? 'user' : 'channel', ...place, end: at + whole.length, target, label };
  }
  const other = matchAt(special, text, at);
  if (other) {
    const [whole, broadcast, group, groupLabel = '', date = ''] = other;
    const end = at + whole.length;
    if (broadcast !== undefined) return { kind: 'broadcast', ...place, end, target: broadcast };
    if (group !== undefined) return { kind: 'group', ...place, end, target: group, label: groupLabel };
    return { kind: 'date', ...place, end, target: '', label: date };
  }
  const linked = matchAt(link, text, at);
  if (!linked) return null;
  const [whole, target = '', label = ''] = linked;
  return { kind: 'link', ...place, end: at + whole.length, target, label };
}

function codeAt(text: string, at: number): { from: number; to: number; end: number; code: 'inline' | 'fence' } | null {
  const fence = text.startsWith('```', at);
  const sign = fence ? '```' : '`';
  const from = at + sign.length;
  const to = fence ? text.indexOf(sign, from) : inLine(text, sign, from);
  if (to <= from || text[from] === '\u2060') return null;
  return { from, to, end: to + sign.length, code: fence ? 'fence' : 'inline' };
}

/** `*bold*` counts only between word boundaries: `snake_case_name` and `2*3*4` stay as they are. */
function mayOpen(text: string, at: number): boolean {
  const after = text[at + 1] ?? ' ';
  // A word joiner (zero width) after a mark makes it literal; `slack/text-parts.ts` writes it for that purpose.
  if (/[\s\u2060]/.test(after) || after === text[at]) return false;
  return at === 0 || !wordBefore.test(text[at - 1] as string) || nested(text, at);
}

/** Returns whether a mark follows other opening marks, as in `*_both_*`. */
function nested(text: string, at: number): boolean {
  let first = at;
  while (first > 0 && at - first < 2 && '*_~'.includes(text[first - 1] as string)) first -= 1;
  const marks = text.slice(first, at + 1);
  return new Set(marks).size === marks.length && (first === 0 || !wordBefore.test(text[first - 1] as string));
}

/**
 * Returns a function from an opening mark to its closing mark on the same line, or null. Call it with ascending positions:
 * candidates are collected once and visited in order, since a search from each mark would take quadratic time.
 */
function closers(text: string): (open: number) => number | null {
  const places = new Map<string, { all: number[]; next: number }>();
  return (open) => {
    const sign = text[open] as string;
    let place = places.get(sign);
    if (place === undefined) {
      const pattern = new RegExp(`(?<=\\S)[${sign}](?![\\p{L}\\p{N}])`, 'gu');
      place = { all: Array.from(text.matchAll(pattern), ({ index }) => index), next: 0 };
      places.set(sign, place);
    }
    while ((place.all[place.next] ?? Number.POSITIVE_INFINITY) < open + 2) place.next += 1;
    const close = place.all[place.next];
    return close === undefined || close - open > longestSpan || text.slice(open, close).includes('\n') ? null : close;
  };
}

/** Returns the next `sign` on the same line within `longestSpan`, or -1. */
function inLine(text: string, sign: string, from: number): number {
  const found = text.slice(from, from + longestSpan).indexOf(sign);
  return found === -1 || text.slice(from, from + found).includes('\n') ? -1 : from + found;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Returns the distinct ids of users that a text mentions without a label. */
export function mentionedUsers(text: string): string[] {
  return text.includes('<@')
    ? [...new Set(Array.from(text.matchAll(/<@([A-Z0-9]{2,40})>/g), (found) => found[1] as string))]
    : [];
}
