import { replaceAll } from './characters.ts';
import { emojiAt, emojiNamed } from './emoji.ts';
import { normaliseClass } from './normalise-class.ts';
import { codePoint, escapeRegex } from './pattern-text.ts';

/**
 * Rewrites a regular expression (RE2 syntax) to match normalised texts (`visibleText`): normalises literal characters, and
 * replaces names of emoji by characters, Slack's markup by the visible text, and mentions by the id. The syntax keeps its
 * meaning: `…` becomes `\.\.\.`, while `...` still means any three characters, and a repetition applies to everything
 * that replaced its character. The rewritten form is only compiled; the pattern is stored as it was typed.
 */
export function normalisePattern(source: string): string {
  return mayChange.test(source) ? new Rewriter(source).rewrite() : source;
}

const mayChange = /[^\0-\x7f]|\\[x*Q]|[<&:_`~]|(?:^|[(|])\*/;

/** Groups and escapes that are copied: `\d`, `\p{Greek}`, `(?P<name>`, `(?i:`. */
const kept = /\\[pP](?:\{[^}]*\}|.)|\\[^xQ]|\(\?P?<\w+>|\(\?[imsU-]*[:)]?/sy;
const coded = /\\x(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/y;
const verbatim = /\\Q([\s\S]*?)(?:\\E|$)/y;
const repetition = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y;
const entity = /&(amp|lt|gt);/y;
const mention = /<([@#])([A-Z0-9]{2,40})(?:\|[^<>]*)?>/y;
const group = /<!subteam\^([A-Z0-9]{2,40})(?:\|[^<>]*)?>/y;
const broadcast = /<!(here|channel|everyone)(?:\|[^<>]*)?>/y;
const date = /<!date\^[^<>|]*\|([^<>]*)>/y;
const link = /<((?:[a-z][a-z0-9+-]*:\/\/|mailto:|tel:)[^<>|\s]*)(?:\|([^<>]*))?>/iy;
/** `:(fire|boom):` */
const emojiChoice = /:\((?:\?:)?((?:\\?[-+']|\w)+(?:\|(?:\\?[-+']|\w)+)+)\):(?![*+?{])/y;
/** `:\+1:`, `:e\-mail:`, `\:fire\:`: tools that quote a whole text also escape the signs of a name. */
const escapedEmoji = /\\?:((?:\\[-+'_]|[\p{L}\p{N}_'+-]){1,200})\\?:(?:\\?:skin\\?-tone\\?-[2-6]\\?:)?/uy;
/** An emoji's name without colons counts only with an underscore, since others are words: `rotating_light`. */
const longName = /[a-z0-9]+(?:_[a-z0-9]+)+(?![\w*+?{-])/y;
/** `_error_`, `~error~`, `*error*` where a repetition cannot be, and the same with `\*`. */
const emphasis = /(\\\*|[*_~])([\p{L}\p{N}](?:[^\\*_~`[\](){}|.^$+?\n]*[\p{L}\p{N}])?)\1(?![\p{L}\p{N}_*+?{])/uy;
const code = /`([^`\\[\n*+?{|)][^`\\[\n]*)`(?![*+?{])/y;
/** A grapheme: a character with its combining marks, a joined sequence, or a flag. */
const character = /(?:\p{RI}{2}|\P{M})(?:[\p{M}\u200b\u200c\u2060]|\p{EMod}|\u200d\P{M})*|\p{M}+/uy;
const signs = new Set('^$.|()*+?{');
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

class Rewriter {
  readonly #source: string;
  readonly #out: string[] = [];
  #at = 0;
  /** The last literal character written; '' after anything else. */
  #before = '';

  constructor(source: string) {
    this.#source = source;
  }

  rewrite(): string {
    while (this.#at < this.#source.length) {
      const before = this.#before;
      this.#before = '';
      this.#next(this.#source[this.#at] as string, before);
    }
    return this.#out.join('');
  }

  /** Copies or replaces the next part of the source. */
  #next(sign: string, before: string): boolean {
    if (sign === '\\' || this.#source.startsWith('(?', this.#at)) return this.#escape(before);
    if (sign === '[') {
      const { pattern, end } = normaliseClass(this.#source, this.#at);
      this.#at = end;
      return this.#write(pattern);
    }
    if (sign === '<' && this.#markup()) return true;
    if (sign === '&' && this.#entity()) return true;
    if (sign === ':' && this.#emoji(before)) return true;
    if (sign === '`' && this.#code()) return true;
    if ('*_~'.includes(sign) && this.#emphasis(before)) return true;
    if (signs.has(sign)) return this.#copy(1);
    if (!/[\w-]/.test(before)) {
      const name = this.#match(longName)?.[0];
      if (name !== undefined) return this.#name(name);
    }
    const found = this.#match(character)?.[0];
    if (found === undefined) return this.#copy(1);
    if (/^[\0-\x7f]$/.test(found)) this.#write(found);
    else this.#literal(replaceAll(found));
    this.#before = found;
    return true;
  }

  #name(name: string): true {
    const shown = emojiNamed(name);
    this.#before = '_';
    return this.#write(shown === null ? name : `(?:${name}|${shown})`);
  }

  #escape(before: string): true {
    const start = this.#at;
    if (this.#source.startsWith('\\*', start) && this.#emphasis(before)) return true;
    if (this.#source.startsWith('\\:', start) && this.#emoji(before)) return true;
    const quote = this.#match(verbatim);
    if (quote) return this.#verbatim(quote[1] ?? '');
    const hex = this.#match(coded);
    const text = hex ? codePoint(hex[1] ?? hex[2] ?? '') : null;
    const shown = text === null ? null : replaceAll(text);
    if (shown !== null && shown !== text) return this.#literal(shown);
    if (!hex && !this.#match(kept)) this.#at += 1;
    if (/^\\[dw]$/.test(this.#source.slice(start, this.#at))) this.#before = '0';
    return this.#write(this.#source.slice(start, this.#at));
  }

  /** Rewrites the text of `\Q…\E`. A repetition after `\E` applies to the last character only. */
  #verbatim(text: string): true {
    const parts: string[] = [];
    for (let at = 0; at < text.length; ) {
      const emoji = emojiAt(text, at);
      character.lastIndex = at;
      const found = emoji ? '' : (character.exec(text)?.[0] ?? (text[at] as string));
      parts.push(emoji ? emoji.shown : replaceAll(found));
      at = emoji ? emoji.end : at + found.length;
    }
    const last = parts.pop();
    this.#write(escapeRegex(parts.join('')));
    return last === undefined || this.#literal(last);
  }

  #markup(): boolean {
    const id = this.#match(mention);
    if (id) return this.#write(`<${id[1]}${id[2]}>`);
    const team = this.#match(group);
    if (team) return this.#write(`<!subteam\\^${team[1]}>`);
    const all = this.#match(broadcast);
    if (all) return this.#write(`@${all[1]}`);
    const shown = this.#match(date);
    if (shown) return this.#write(escapeRegex(shown[1] ?? ''));
    const linked = this.#match(link);
    if (!linked) return false;
    // Slack turns addresses within a pattern into links. The label is the typed text, so it is a pattern, too.
    return this.#write(normalisePattern(linked[2] || (linked[1] ?? '').replace(/^(?:mailto|tel):/i, '')));
  }

  /** An entity may mean the character, or in a text about HTML the entity itself. */
  #entity(): boolean {
    const name = this.#match(entity)?.[1];
    return name !== undefined && this.#write(`(?:${entities[name]}|&${name};)`);
  }

  #emoji(before: string): boolean {
    if (/[\p{L}\p{N}:]/u.test(before)) return false;
    const choice = this.#match(emojiChoice);
    if (choice) {
      const shown = unescaped(choice[1] ?? '')
        .split('|')
        .flatMap((name) => emojiNamed(name) ?? []);
      return this.#write(shown.length > 0 ? `(?:${choice[0]}|${shown.join('|')})` : choice[0]);
    }
    const emoji = emojiAt(this.#source, this.#at, true);
    if (emoji === null) return this.#escapedEmoji();
    this.#at = emoji.end;
    return this.#literal(emoji.shown);
  }

  #escapedEmoji(): boolean {
    escapedEmoji.lastIndex = this.#at;
    const found = escapedEmoji.exec(this.#source);
    const shown = found ? emojiNamed(unescaped(found[1] ?? '')) : null;
    if (!found || shown === null || /\d/.test(this.#source[this.#at + found[0].length] ?? '')) return false;
    this.#at += found[0].length;
    return this.#literal(shown);
  }

  #code(): boolean {
    const inner = this.#match(code)?.[1];
    return inner !== undefined && this.#write(`\`?${normalisePattern(inner)}\`?`);
  }

  /** Formatting marks are not visible, so they become word boundaries; `_` may also be literal, as in `a_b_c`. */
  #emphasis(before: string): boolean {
    const star = this.#source[this.#at] === '*';
    const operand = this.#at > 0 && !/[(|]/.test(this.#source[this.#at - 1] as string);
    if ((star && operand) || /[\w*~]/.test(before)) return false;
    const found = this.#match(emphasis);
    if (!found) return false;
    const [, mark = '', inner = ''] = found;
    const shown = normalisePattern(inner);
    const edge = /^\w.*\w$|^\w$/.test(inner) ? '\\b' : '';
    return this.#write(star ? shown : `(?:${mark}|${edge})${shown}(?:${mark}|${edge})`);
  }

  /** Writes a literal with its repetition; groups several characters. If the text is empty, the repetition is dropped, too. */
  #literal(text: string): true {
    const times = this.#match(repetition)?.[0] ?? '';
    if (text === '') return true;
    const pattern = escapeRegex(text);
    return this.#write(times === '' || [...text].length === 1 ? pattern + times : `(?:${pattern})${times}`);
  }

  #write(pattern: string): true {
    this.#out.push(pattern);
    return true;
  }

  #copy(length: number): true {
    this.#at += length;
    return this.#write(this.#source.slice(this.#at - length, this.#at));
  }

  #match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#source);
    if (found) this.#at += found[0].length;
    return found;
  }
}

function unescaped(name: string): string {
  return name.replaceAll('\\', '');
}
