/** Everything comes from us, nothing is inline but styles; nobody may frame us. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** The 404 page for browsers. `quote` is our own text, escaped all the same. */
export function abyssPage(quote: string): string {
  const escaped = quote.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>404 · Ultronex</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 20vh auto; padding: 0 1.5rem; }
  blockquote { margin: 1.5rem 0; padding-left: 1rem; border-left: 3px solid; }
</style>
<h1>You have entered an Abyss</h1>
<blockquote>${escaped}</blockquote>
<p><a href="/ultronex/">Back to the surface</a></p>
</html>
`;
}
