import { Marked } from 'marked';
import type { Plugin } from 'vite';

/** `import html from './page.md'`: a page of docs/ as HTML, made when the pages are built. */
export function markdown(): Plugin {
  return {
    name: 'markdown',
    enforce: 'pre',
    transform(text, id) {
      if (!id.endsWith('.md')) return;
      return { code: `export default ${JSON.stringify(toHtml(text))};`, map: null };
    },
  };
}

/** Headings get the ids that a git host gives them; a link to another page of docs/ leads to its heading on this one. */
export function toHtml(text: string): string {
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: title }) {
        return `<h${depth} id="${slug(title)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const [, anchor = href] = /^[\w.-]+\.md(#.*)$/.exec(href) ?? [];
        return `<a href="${anchor}">${this.parser.parseInline(tokens)}</a>`;
      },
    },
  });
  return marked.parse(text, { async: false });
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
