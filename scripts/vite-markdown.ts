import { Marked } from 'marked';
import type { Plugin } from 'vite';

/** Pages of docs/ that the guide has, and those that the runbook has; links to others are shown as text. */
const inGuide = [
  'README',
  ...['configuration', 'api', 'access', 'hooks', 'incidents', 'destinations', 'stack', 'server', 'limits'],
];
const inRunbook = ['alerts', 'runbook'];

/**
 * `import html from './page.md'`: a page of docs/ as HTML, made when the pages are built. With `?chapter` it is one of the
 * guide's, where ids begin with the name of the file: `stack/alerts`.
 */
export function markdown(): Plugin {
  return {
    name: 'markdown',
    enforce: 'pre',
    transform(text, id) {
      const [, name = '', chapter] = /([\w-]+)\.md(\?chapter)?$/.exec(id) ?? [];
      if (name === '') return;
      return { code: `export default ${JSON.stringify(chapter ? chapterHtml(text, name) : toHtml(text))};`, map: null };
    },
  };
}

/** Headings get the ids that a git host gives them; a link to a page of the guide leads there, any other to its heading on this page. */
export function toHtml(text: string): string {
  return render(text, slug, (href) => {
    const [, page = '', heading = ''] = /^([\w-]+)\.md(?:#(.*))?$/.exec(href) ?? [];
    if (inGuide.includes(page)) return `/ultronex/guide#${page}${heading === '' ? '' : `/${heading}`}`;
    return page === '' ? href : `#${heading}`;
  });
}

/** @param name of the file, without its ending */
export function chapterHtml(text: string, name: string): string {
  const idOf = (title: string, depth: number) => (depth === 1 ? name : `${name}/${slug(title)}`);
  return render(text, idOf, (href) => guideLink(href, name));
}

/** Null: it leads nowhere from a browser. */
function guideLink(href: string, current: string): string | null {
  if (/^https?:/.test(href)) return href;
  const [, page = current, heading] = /^(?:(?:docs\/|\.\.\/)?([\w-]+)\.md)?(?:#(.*))?$/.exec(href) ?? ['', ''];
  if (inGuide.includes(page)) return heading === undefined ? `#${page}` : `#${page}/${heading}`;
  return inRunbook.includes(page) ? `/ultronex/runbook${heading === undefined ? '' : `#${heading}`}` : null;
}

function render(
  text: string,
  idOf: (title: string, depth: number) => string,
  linkOf: (href: string) => string | null,
): string {
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: title }) {
        return `<h${depth} id="${idOf(title, depth)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const target = linkOf(href);
        const label = this.parser.parseInline(tokens);
        return target === null ? label : `<a href="${target}">${label}</a>`;
      },
      // Pictures are not among the files that are served.
      image: () => '',
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
