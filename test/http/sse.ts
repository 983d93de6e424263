import { authorization } from './support.ts';

export interface Sent {
  id: string | null;
  event: string;
  data: string;
}

export interface Reader {
  status: number;
  headers: Headers;
  /** Resolves with the next `n` events, in order; rejects if they do not arrive within 5 s. */
  take(n: number): Promise<Sent[]>;
  /** Resolves with true if no event arrives within this time. */
  quiet(ms: number): Promise<boolean>;
  /** The last id, also of a block without an event. */
  lastId(): string | null;
  close(): void;
}

/** Reads server-sent events as a browser does (html.spec.whatwg.org, "Interpreting an event stream"). */
export async function readEvents(
  url: string,
  lastEventId?: string,
  more: Record<string, string> = {},
): Promise<Reader> {
  const stop = new AbortController();
  const resume: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(url, { headers: { authorization, ...resume, ...more }, signal: stop.signal });
  const events: Sent[] = [];
  let lastId: string | null = null;
  const onId = (id: string) => {
    lastId = id;
  };
  const reading = read(response, events, onId).catch(() => {});
  let taken = 0;

  async function until(enough: () => boolean, ms: number): Promise<boolean> {
    for (const end = Date.now() + ms; Date.now() < end; ) {
      if (enough()) return true;
      await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 10))]);
    }
    return enough();
  }
  return {
    status: response.status,
    headers: response.headers,
    async take(n) {
      if (!(await until(() => events.length >= taken + n, 30_000))) {
        throw new Error(`${events.length - taken} of ${n} events came`);
      }
      taken += n;
      return events.slice(taken - n, taken);
    },
    quiet: async (ms) => !(await until(() => events.length > taken, ms)),
    lastId: () => lastId,
    close: () => stop.abort(),
  };
}

async function read(response: Response, events: Sent[], onId: (id: string) => void): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const { hasData, ...event } = parse(block);
      if (event.id !== null) onId(event.id);
      if (hasData) events.push(event);
    }
  }
}

function parse(block: string): Sent & { hasData: boolean } {
  const event: Sent = { id: null, event: 'message', data: '' };
  const data: string[] = [];
  // Split at \n only: U+2028, a line terminator of JavaScript, is an ordinary character here.
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).replace(/^ /, '');
    const name = line.slice(0, colon);
    if (name === 'data') data.push(value);
    else if (name === 'id') event.id = value;
    else if (name === 'event') event.event = value;
  }
  return { ...event, data: data.join('\n'), hasData: data.length > 0 };
}
