/** Headers of our pages: everything is loaded from this server, only styles may be inline, no site may frame a page. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

export interface ProblemPage {
  status: number;
  title: string;
  /** Paragraphs. `code` between backticks is shown as such; nothing else is markup. */
  text: readonly string[];
  quote?: string;
}

/**
 * Returns the HTML of an error page. It works without the theme's script and the icon, which are missing when the pages are
 * not built.
 */
export function problemPage({ status, title, text, quote }: ProblemPage): string {
  const again = status === 503 ? '<meta http-equiv="refresh" content="10">\n' : '';
  const quotation = quote ? `<blockquote>${escapeHtml(quote)}</blockquote>\n` : '';
  const paragraphs = text.map((each) => `<p>${withCode(escapeHtml(each))}</p>\n`).join('');
  return htmlPage({
    title: `${title} · Ultronex`,
    head: `${again}<script src="/ultronex/assets/theme.js?v=1"></script>\n`,
    body: `<header><a href="/ultronex/">${mark}Ultronex</a></header>
<main>
<h1>${escapeHtml(title)}</h1>
${quotation}${paragraphs}<nav><a class="button" href="/ultronex/">Home</a> <a href="/ultronex/guide">Guide</a> <a href="/ultronex/docs">API</a></nav>
<small>Status ${status}</small>
</main>`,
  });
}

export interface HtmlPage {
  /** Plain text. */
  title: string;
  /** Further markup of the head. */
  head: string;
  /** Markup. */
  body: string;
}

/** Returns a page with the look of the other pages (`src/web/styles.css`). */
export function htmlPage({ title, head, body }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" type="image/svg+xml" href="/ultronex/assets/icon.svg?v=1">
<style>${style}</style>
${head}</head>
<body>
${body}
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function withCode(escaped: string): string {
  return escaped.replace(/`([^`]+)`/g, '<code>$1</code>');
}

const mark =
  '<svg width="24" height="24" viewBox="0 0 32 32" fill="none" stroke="#fff" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#3451c7" stroke="none"/><path d="M9 8v9a7 7 0 0 0 14 0V8" stroke-width="3.4" stroke-linecap="round"/><circle cx="16" cy="12" r="2.6" fill="#ff9a8f" stroke="none"/></svg>';

/** The custom properties equal those of `src/web/styles.css`; a test compares them. */
const style = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#f5f6f8, #14171c);
  --surface: light-dark(#ffffff, #1b1f26);
  --sunken: light-dark(#eceff3, #101318);
  --line: light-dark(#dde1e7, #2d343f);
  --text: light-dark(#1a1f28, #e5e8ed);
  --muted: light-dark(#545e6d, #a3acb9);
  --accent: light-dark(#3451c7, #a3b6ff);
  --on-accent: light-dark(#ffffff, #10162b);
  --radius-small: 6px;
  --sans: -apple-system, "Segoe UI", Inter, Roboto, Cantarell, "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 15px / 1.5 var(--sans); -webkit-text-size-adjust: 100%; }
header { padding: 0 20px; border-bottom: 1px solid var(--line); background: var(--surface); }
header a { display: inline-flex; align-items: center; gap: 8px; min-height: 52px; font-weight: 700; letter-spacing: -0.01em; color: var(--text); text-decoration: none; }
main { max-width: 40rem; margin: 12vh auto 40px; padding: 0 20px; overflow-wrap: anywhere; }
h1 { margin: 0 0 16px; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; }
p { margin: 0 0 12px; }
blockquote { margin: 0 0 16px; padding-left: 14px; border-left: 3px solid var(--accent); color: var(--muted); }
code { padding: 1px 5px; border-radius: 4px; background: var(--sunken); font: 0.9em var(--mono); }
a { color: var(--accent); text-underline-offset: 2px; }
nav { display: flex; flex-wrap: wrap; align-items: center; gap: 16px; margin: 24px 0; }
.button { padding: 6px 16px; border-radius: var(--radius-small); background: var(--accent); color: var(--on-accent); font-size: 0.875rem; font-weight: 600; text-decoration: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: var(--radius-small); }
small { color: var(--muted); font-size: 0.8125rem; }
`;
