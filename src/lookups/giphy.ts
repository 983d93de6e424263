import { getJson } from './json.ts';

const timeoutMs = 1_500;

interface RandomGif {
  data?: { url?: unknown };
}

/** A random GIF of a category, rated for everybody (developers.giphy.com, "Random Endpoint"). */
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
