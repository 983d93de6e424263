import { join } from 'node:path';
import type { Plugin } from 'vite';
import type { Page } from '../src/domain/page.ts';

const listId = '\0virtual:pages';

/**
 * One HTML entry a page, so that each asks for Basic auth by itself; no file in `web` needs to be written for it. What the
 * pages themselves have to know is the module `virtual:pages`: the list of pages, and the titles of features that can be off.
 * @param src the folder that `main` of a page counts from; Vite's root is `web` in it
 */
export function htmlPages(src: string, pages: readonly Page[], titles: Readonly<Record<string, string>>): Plugin {
  const html = new Map(pages.map((page) => [join(src, 'web', `${page.name}.html`), htmlOf(page)]));
  return {
    name: 'html-pages',
    enforce: 'pre',
    config: () => ({ build: { rolldownOptions: { input: [...html.keys()] } } }),
    resolveId: (id) => (id === 'virtual:pages' ? listId : html.has(id) ? id : undefined),
    load(id) {
      if (id !== listId) return html.get(id);
      return `export const pages = ${JSON.stringify(pages)};\nexport const featureTitles = ${JSON.stringify(titles)};`;
    },
  };
}

function htmlOf({ title, main }: Page): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title === '' ? 'Ultronex' : `${title} · Ultronex`}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/icon.svg?v=1">
    <script src="/assets/theme.js?v=1"></script>
    <script type="module" src="../${main}"></script>
  </head>
  <body>
    <div id="app"></div>
    <noscript>These pages need JavaScript. The API works without: /ultronex/openapi.json</noscript>
  </body>
</html>
`;
}
