/** Generated when the pages are built, from `src/app/pages.ts` and `src/app/features.ts`. */
declare module 'virtual:pages' {
  export const pages: readonly import('../domain/page.ts').Page[];
  /** Titles of the features that can be off, by their names. */
  export const featureTitles: Readonly<Record<string, string>>;
}
