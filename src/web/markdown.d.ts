/** Markdown files are imported as HTML, see scripts/vite-markdown.ts. */
declare module '*.md' {
  const html: string;
  export default html;
}
/** The same as a chapter of the guide. */
declare module '*.md?chapter' {
  const html: string;
  export default html;
}
