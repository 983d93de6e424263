/** Many regular expressions over one text, in time linear in the text whatever the patterns are. */
export interface PatternSet {
  /** @throws PatternRefused with the reason; nothing is added then. Adding an id again replaces its pattern. */
  add(id: string, source: string): void;
  remove(id: string): void;
  /** Ids of every pattern that occurs in the text, each once, in no particular order. */
  match(text: string): string[];
  readonly size: number;
}

/** Where one pattern occurs: [start, end) in UTF-16 units. For the try-it box of the tracked-patterns page. */
export type Span = [start: number, end: number];

/** One pattern on its own: check it, show where it matches. */
export interface PatternTools {
  /** @throws PatternRefused */
  check(source: string): void;
  /** At most 100 spans. @throws PatternRefused */
  spans(source: string, text: string): Span[];
}
