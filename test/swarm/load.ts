import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Clients behind a load balancer: they post to the machines that its check found well, and send a POST without an answer again
 * with the same Idempotency-Key, to another machine, as a client should.
 */
export interface Load {
  /** Texts of the POSTs that were answered with 200. */
  readonly acknowledged: ReadonlySet<string>;
  /** Notes the time; `end` returns what happened since. */
  begin(): Phase;
  /** Ends the clients; each waits for its last answer. */
  stop(): Promise<void>;
}

export interface Phase {
  end(): { acknowledged: number; again: number; longestGapS: number; failures: string };
}

export interface LoadOptions {
  addresses: readonly string[];
  /** Basic auth of the API. */
  login: string;
  channels: readonly string[];
  clients?: number;
  /** Of each client. */
  pauseMs?: number;
}

/** A load balancer's: every 2 s, with 2 s to answer. */
const checkMs = 2_000;
const answerMs = 5_000;

export function startLoad({ addresses, login, channels, clients = 6, pauseMs = 400 }: LoadOptions): Load {
  const acknowledged = new Set<string>();
  const times: number[] = [];
  const failed: { at: number; why: string }[] = [];
  const well = new Set(addresses);
  const over = new AbortController();
  const sleep = (ms: number) => pause(ms, undefined, { signal: over.signal }).catch(() => undefined);

  async function check(address: string): Promise<void> {
    while (!over.signal.aborted) {
      const status = await ask({ address, path: '/healthz', timeoutMs: 2_000 }).catch(() => 0);
      if (status === 200) well.add(address);
      else well.delete(address);
      await sleep(checkMs);
    }
  }

  async function client(number: number): Promise<void> {
    const headers = {
      authorization: `Basic ${Buffer.from(login).toString('base64')}`,
      'content-type': 'application/json',
      // As a balancer adds it. Each client has its own limits.
      'x-forwarded-for': `203.0.113.${number}`,
    };
    for (let count = 0; !over.signal.aborted; count += 1) {
      const message = `post ${number}-${count}`;
      const channel = channels[(number + count * clients) % channels.length];
      const body = JSON.stringify({ msg: { channel, text: message } });
      const key = randomUUID();
      // A client gives up after two minutes; a message that was not acknowledged may be lost.
      for (const until = Date.now() + 120_000; Date.now() < until; await pause(300)) {
        const address = oneOf([...(well.size > 0 ? well : addresses)]);
        const result = await ask({
          ...{ address, path: '/ultronex/slack', method: 'POST', body, timeoutMs: answerMs },
          headers: { ...headers, 'idempotency-key': key },
        }).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
        if (result === 200) {
          acknowledged.add(message);
          times.push(Date.now());
          break;
        }
        failed.push({ at: Date.now(), why: String(result) });
      }
      await sleep(pauseMs);
    }
  }

  const running = [...addresses.map(check), ...Array.from({ length: clients }, (_, index) => client(index + 1))];
  return {
    acknowledged,
    begin() {
      const from = Date.now();
      return {
        end() {
          const of = times.filter((at) => at >= from);
          const gaps = [from, ...of].map((at, index, all) => (all[index + 1] ?? Date.now()) - at);
          const why = failed.filter(({ at }) => at >= from).map((each) => each.why);
          const counts = [...new Set(why)].map((each) => `${each} ${why.filter((other) => other === each).length}`);
          return {
            acknowledged: of.length,
            again: why.length,
            longestGapS: Math.round(Math.max(...gaps) / 100) / 10,
            failures: counts.join(', '),
          };
        },
      };
    },
    async stop() {
      over.abort();
      await Promise.all(running);
    },
  };
}

const oneOf = (all: readonly string[]): string => all[Math.floor(Math.random() * all.length)] ?? '';

interface Asked {
  address: string;
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMs: number;
}

/** Returns the status of an answer that was read to its end. */
function ask({ address, path, method, headers, body, timeoutMs }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = request({ host: address, port: 8081, path, method, headers, agent: false, signal }, (answer) => {
      text(answer).then(() => resolve(answer.statusCode ?? 0), reject);
    });
    asked.once('error', (error: NodeJS.ErrnoException) => reject(signal.aborted ? new Error('no answer') : error));
    asked.end(body);
  });
}
