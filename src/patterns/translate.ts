/**
 * Translates a pattern to RE2 syntax: here `\w` and `\d` include letters and digits of every script, in RE2 only ASCII. A
 * carriage return becomes a newline, since `readable` turns each CRLF of a text into a newline. Everything else, also
 * invalid syntax, is copied.
 */
export function translate(source: string): string {
  if (!source.includes('\\') && !source.includes('\r')) return source;
  return new Translator(source).run();
}

/** UTS #18's word characters without joiners: letters, marks, numbers, `_`. `_` is first, so that a hyphen may follow the list. */
export const wordMembers = '_\\pL\\pM\\pN';

const carriageReturn = '\\\\(?:r|x0[dD]|x\\{0*[dD]\\}|015|15(?![0-7]))';
const lineEnd = new RegExp(`${carriageReturn}\\\\(?:n|x0[aA]|x\\{0*[aA]\\}|012|12(?![0-7]))`, 'y');
const loneReturn = new RegExp(carriageReturn, 'y');

class Translator {
  readonly #source: string;
  #at = 0;
  #out = '';

  constructor(source: string) {
    this.#source = source.replace(/\r\n?/g, '\n');
  }

  run(): string {
    while (this.#at < this.#source.length) {
      if (this.#copy(/\\Q(?:(?!\\E).)*(?:\\E)?/sy)) continue;
      // `\r\n` becomes one newline. `\r?\n` becomes `\n?\n`, which matches the same.
      if (this.#replace(lineEnd, '\\n') || this.#escape(false)) continue;
      if (this.#copy(/\[\^?\]?/y)) this.#set();
      else this.#copy(/./sy);
    }
    return this.#out;
  }

  /** Inside brackets, after a leading `]`. */
  #set(): void {
    while (this.#at < this.#source.length && !this.#copy(/\]/y)) {
      if (!this.#copy(/\[:[^\]]*:\]/y) && !this.#escape(true)) this.#copy(/./sy);
    }
  }

  #escape(inSet: boolean): boolean {
    if (this.#replace(/\\w/y, inSet ? wordMembers : `[${wordMembers}]`)) return true;
    if (this.#replace(/\\W/y, inSet ? othersThanWords : `[^${wordMembers}]`)) return true;
    if (this.#replace(/\\d/y, '\\p{Nd}') || this.#replace(/\\D/y, '\\P{Nd}')) return true;
    if (this.#replace(loneReturn, '\\n')) return true;
    return this.#copy(/\\.?/sy);
  }

  #copy(sticky: RegExp): boolean {
    return this.#replace(sticky, null);
  }

  #replace(sticky: RegExp, text: string | null): boolean {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#source)?.[0];
    if (found === undefined) return false;
    this.#at += found.length;
    this.#out += text ?? found;
    return true;
  }
}

/**
 * The members of `\W` for use inside a set, where RE2 has no negation: all of Unicode's categories but letters, marks and
 * numbers. The category Pc holds `_`, so its other members are listed one by one. A class is last, so that a hyphen may
 * follow the list.
 */
const othersThanWords =
  '\\pZ\\pS\\pC\\x{203F}\\x{2040}\\x{2054}\\x{FE33}\\x{FE34}\\x{FE4D}-\\x{FE4F}\\x{FF3F}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}';
