import { cut } from '../../domain/cut.ts';
import { plainText } from '../../domain/plain-text.ts';
import type { Tone } from '../../domain/tone.ts';
import { httpPost } from './http-post.ts';
import type { Send, Way } from './named.ts';

/** ntfy makes an attachment of longer messages (docs.ntfy.sh/publish). Bytes. */
const mostBytes = 4_000;

/** Sends to a topic of ntfy, as JSON, since headers take Latin-1 only. */
export function createNtfy({ address, token }: Way & { kind: 'ntfy' }): Send {
  const topic = decodeURIComponent(address.pathname.slice(1));
  const server = new URL('/', address);
  const headers = { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) };
  return ({ title, text, tone }) => {
    const message = fitting(plainText(text));
    const body = {
      ...{ topic, message, ...(title && { title: plainText(title) }) },
      ...(tone === undefined
        ? { priority: priorityOf(title ?? text) }
        : { priority: priorities[tone], tags: [tone === 'resolved' ? tone : `severity-${tone}`] }),
    };
    return httpPost(server, JSON.stringify(body), headers);
  };
}

function fitting(text: string): string {
  let shown = text;
  for (let most = mostBytes; Buffer.byteLength(shown) > mostBytes; most -= 200) shown = cut(text, most);
  return shown;
}

/** 5 wakes people up, 3 is the default. */
const priorities: Readonly<Record<Tone, number>> = { critical: 5, error: 4, warning: 4, info: 3, resolved: 3 };

/** Returns the priority of a message without a tone. The cards of incidents begin with a sign for their severity. */
function priorityOf(text: string): number {
  if (text.startsWith(':x:')) return 5;
  return text.startsWith(':warning:') ? 4 : 3;
}
