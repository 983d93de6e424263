/** A browser without scripts: keeps cookies by origin and path, follows no redirect by itself. */
export interface JarBrowser {
  get(url: string): Promise<{ status: number; location: string; text: string; headers: Headers }>;
  /** Follows redirects from `url` to the first page. */
  open(url: string): Promise<{ url: string; status: number; text: string }>;
  cookies(): string[];
}

export function jarBrowser(): JarBrowser {
  const jar = new Map<string, { origin: string; path: string; pair: string }>();

  function remember(url: URL, header: string): void {
    const [pair = '', ...attributes] = header.split(/;\s*/);
    const [name = ''] = pair.split('=');
    const attribute = (wanted: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const key = `${url.origin} ${name}`;
    if (attribute('max-age') === '0') jar.delete(key);
    else jar.set(key, { origin: url.origin, path: attribute('path') ?? '/', pair });
  }

  async function get(address: string) {
    const url = new URL(address);
    const sent = [...jar.values()].filter(({ origin, path }) => origin === url.origin && url.pathname.startsWith(path));
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: sent.map(({ pair }) => pair).join('; ') },
    });
    for (const header of response.headers.getSetCookie()) remember(url, header);
    const location = response.headers.get('location');
    return {
      status: response.status,
      location: location === null ? '' : new URL(location, url).href,
      text: await response.text(),
      headers: response.headers,
    };
  }

  return {
    get,
    async open(address) {
      for (let url = address, redirects = 0; redirects < 10; redirects += 1) {
        const { status, location, text } = await get(url);
        if (location === '') return { url, status, text };
        url = location;
      }
      throw new Error(`more than 10 redirects from ${address}`);
    },
    cookies: () => [...jar.values()].map(({ pair }) => pair),
  };
}
