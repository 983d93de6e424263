import { getJson } from './json.ts';

const timeoutMs = 1_500;

interface RandomGif {
  data?: { url?: unknown };
}

/** Returns a look-up of a random GIF with rating g (developers.giphy.com, "Random Endpoint"); null if there is none. */
export function createGiphy(
  key: string,
  site = 'https://api.giphy.com/',
): (category: string) => Promise<string | null> {
  return async function findGif(category) {
    const url = new URL('v1/gifs/random', site);
    url.search = new URLSearchParams({ api_key: key, tag: category, rating: 'g' }).toString();
    const { data } = (await getJson(url, timeoutMs)) as RandomGif;
    return typeof data?.url === 'string' ? data.url : null;
  };
}
