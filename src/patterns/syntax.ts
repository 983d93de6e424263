/**
 * A syntax tree with only what the filter needs: required characters and the size of the program. Flags are ignored, since
 * all literals are folded anyway; ^, $ and \b are empty. The syntax: https://github.com/google/re2/wiki/Syntax. re2js
 * decides whether a source is valid; a source that this parser does not understand has no literals.
 */
export type Node =
  | { readonly type: 'empty' }
  /** One of `chars`; null for a set that is not listed. */
  | { readonly type: 'char'; readonly chars: readonly number[] | null }
  | { readonly type: 'concat' | 'alternate'; readonly parts: readonly Node[] }
  | { readonly type: 'repeat'; readonly part: Node; readonly min: number; readonly max: number }
  | { readonly type: 'group'; readonly part: Node };

/** Larger sets are not listed: nearly every text has one of so many characters. */
const maxListed = 16;
const empty: Node = { type: 'empty' };
const anyChar: Node = { type: 'char', chars: null };
const digits = Array.from('0123456789', (digit) => digit.charCodeAt(0));
const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

class NotUnderstood extends Error {}

/** Returns the syntax tree of a source, or null if this parser does not understand it. */
export function readPattern(source: string): Node | null {
  try {
    return new Reader(source).read();
  } catch (error) {
    // Very deep nesting overflows the call stack with a RangeError.
    if (error instanceof NotUnderstood || error instanceof RangeError) return null;
    throw error;
  }
}

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Node {
    const node = this.#alternation();
    if (this.#at < this.#source.length) throw new NotUnderstood();
    return node;
  }

  #alternation(): Node {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] as Node) : { type: 'alternate', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')')) this.#item(parts);
    return parts.length === 1 ? (parts[0] as Node) : { type: 'concat', parts };
  }

  /** Parses one item. A repetition applies to the last part, which in `a(?i)*` and `\Qab\E*` is one letter. */
  #item(parts: Node[]): void {
    if (this.#take('(?:')) parts.push(this.#closeGroup());
    else if (this.#sees('(?P<') || this.#sees('(?<')) {
      this.#match(/\(\?P?<\w+>/y);
      parts.push(this.#closeGroup());
    } else if (this.#sees('(?')) {
      if (this.#match(/\(\?[imsU-]*[:)]/y).endsWith(':')) parts.push(this.#closeGroup());
    } else if (this.#take('(')) parts.push(this.#closeGroup());
    else if (this.#take('^') || this.#take('$')) parts.push(empty);
    else if (this.#take('.')) parts.push(anyChar);
    else if (this.#take('[')) parts.push(this.#set());
    else if (this.#sees('\\')) this.#escape(parts);
    else {
      const bounds = this.#repetition();
      if (bounds === null) return void parts.push(this.#literal());
      const part = parts.pop();
      if (part === undefined) throw new NotUnderstood();
      parts.push({ type: 'repeat', part, min: bounds[0], max: bounds[1] });
    }
  }

  #closeGroup(): Node {
    const part = this.#alternation();
    if (!this.#take(')')) throw new NotUnderstood();
    return { type: 'group', part };
  }

  #repetition(): [min: number, max: number] | null {
    const text = this.#tryMatch(/(?:[*+?]|\{(?:0|[1-9]\d{0,3})(?:,(?:0|[1-9]\d{0,3})?)?\})\??/y);
    if (text === null) return null;
    if (text.startsWith('*')) return [0, Number.POSITIVE_INFINITY];
    if (text.startsWith('+')) return [1, Number.POSITIVE_INFINITY];
    if (text.startsWith('?')) return [0, 1];
    const [min = '', max] = text.slice(1, text.indexOf('}')).split(',');
    return [Number(min), max === undefined ? Number(min) : max === '' ? Number.POSITIVE_INFINITY : Number(max)];
  }

  #escape(parts: Node[]): void {
    if (this.#take('\\Q')) {
      while (this.#at < this.#source.length && !this.#take('\\E')) parts.push(this.#literal());
    } else if (this.#tryMatch(/\\[AbBz]/y) !== null) parts.push(empty);
    else parts.push({ type: 'char', chars: this.#escapedChars() });
  }

  /** Parses a class after its `[`. A leading ] is a literal. */
  #set(): Node {
    const negated = this.#take('^');
    let chars: number[] | null = [];
    for (let first = true; first || !this.#sees(']'); first = false) {
      const found = this.#setMember();
      chars = chars === null || found === null || chars.length + found.length > maxListed ? null : [...chars, ...found];
    }
    this.#at += 1;
    return negated || chars === null || chars.length === 0 ? anyChar : { type: 'char', chars };
  }

  #setMember(): readonly number[] | null {
    if (this.#tryMatch(/\[:[^\]]*?:\]/y) !== null) return null;
    const low = this.#sees('\\') ? this.#escapedChars() : [this.#codePoint()];
    if (low?.length !== 1 || !this.#sees('-') || this.#sees('-]')) return low;
    this.#at += 1;
    const high = this.#sees('\\') ? this.#escapedChars() : [this.#codePoint()];
    const [from, to] = [low[0] as number, high?.[0]];
    if (high?.length !== 1 || to === undefined || to < from) throw new NotUnderstood();
    return to - from < maxListed ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : null;
  }

  /** Parses an escape, inside or outside brackets. Returns its characters; null for large classes. */
  #escapedChars(): readonly number[] | null {
    if (this.#take('\\d')) return digits;
    if (this.#tryMatch(/\\(?:[DsSwW]|[pP](?:\{[^}]*\}|[A-Z]))/y) !== null) return null;
    const hex = this.#tryMatch(/\\x(?:\{[0-9a-fA-F]+\}|[0-9a-fA-F]{2})/y);
    if (hex !== null) {
      const code = Number.parseInt(hex.replace(/^\\x\{?/, ''), 16);
      if (code > 0x10ffff) throw new NotUnderstood();
      return [code];
    }
    const octal = this.#tryMatch(/\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/y);
    if (octal !== null) return [Number.parseInt(octal.slice(1), 8)];
    const text = this.#match(/\\(?:[afnrtv]|[^a-zA-Z0-9\u0080-\uffff])/y).slice(1);
    return [controls[text] ?? text.charCodeAt(0)];
  }

  #literal(): Node {
    return { type: 'char', chars: [this.#codePoint()] };
  }

  #codePoint(): number {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw new NotUnderstood();
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    const found = this.#sees(text);
    if (found) this.#at += text.length;
    return found;
  }

  #tryMatch(sticky: RegExp): string | null {
    sticky.lastIndex = this.#at;
    const text = sticky.exec(this.#source)?.[0] ?? null;
    if (text !== null) this.#at += text.length;
    return text;
  }

  #match(sticky: RegExp): string {
    const text = this.#tryMatch(sticky);
    if (text === null) throw new NotUnderstood();
    return text;
  }
}
