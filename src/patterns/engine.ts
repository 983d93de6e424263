/** One compiled pattern. */
export interface Verifier {
  /** Whether the pattern occurs in the text; takes time linear in the text. */
  matches(subject: Subject): boolean;
}

/** What decides in the end whether a pattern matches. All engines give the same hits for the same pattern. */
export interface Engine {
  readonly name: 're2' | 're2js';
  /** @throws {PatternRefused} */
  compile(source: string): Verifier;
}

/** A message in the forms that engines want, each made once and only if somebody asks. */
export class Subject {
  readonly #raw: string;
  #text: string | undefined;
  #bytes: Buffer | undefined;

  constructor(raw: string) {
    this.#raw = raw;
  }

  /** The text with halves of surrogate pairs replaced by U+FFFD, as UTF-8 has it: no engine sees another text. */
  get text(): string {
    this.#text ??= wellFormed(this.#raw);
    return this.#text;
  }

  /** The text in UTF-8. re2 takes bytes three times as fast as a string. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.#raw);
    return this.#bytes;
  }
}

/** Same length as the input. */
export function wellFormed(text: string): string {
  return /\p{Surrogate}/u.test(text) ? Buffer.from(text).toString() : text;
}
