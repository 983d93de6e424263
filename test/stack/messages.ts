import { request } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { containerOf, hostName, project, type Stack } from './stack.ts';

export interface Messages {
  /** Texts that were acknowledged so far. */
  posted: readonly string[];
  end(): Promise<{ posted: string[]; told: string[]; problems: string[] }>;
}

/** The body of a POST to one of 40 channels; with blocks, so that it is not merged into another. */
export function unmergeable(text: string, n: number) {
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text } }];
  return { msg: { channel: `#load-${n % 40}`, text, blocks } };
}

/**
 * Ten POSTs a second through HAProxy, and an event of Slack's every 1.5 s that a pattern forwards. From another address
 * than the load, which would take up its allowance: the gateway of the network `observe`.
 */
export function startMessages(stack: Stack): Messages {
  const posted: string[] = [];
  const told: string[] = [];
  const problems: string[] = [];
  const name = Date.now().toString(36);
  let done = false;

  async function post(): Promise<void> {
    const ca = await stack.roots();
    const format = `{{(index .NetworkSettings.Networks "${project}_observe").IPAddress}}`;
    const host = (await stack.docker('inspect', '-f', format, containerOf('haproxy'))).trim();
    for (let n = 1; !done; n++) {
      const text = `message ${n} of ${name} word${n}.`;
      const status = await send(host, ca, JSON.stringify(unmergeable(text, n))).catch((error: Error) => error.message);
      if (status === 200) posted.push(text);
      else problems.push(`POST ${n}: ${status}`);
      await wait(100);
    }
  }

  function send(host: string, ca: string, body: string): Promise<number> {
    const login = Buffer.from(`${stack.user}:${stack.password}`).toString('base64');
    const headers = { host: hostName, authorization: `Basic ${login}`, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const to = { host, port: 8443, path: '/ultronex/slack', method: 'POST', servername: hostName, ca, agent: false };
      const asked = request({ ...to, headers, timeout: 10_000 } as never, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      });
      asked.once('timeout', () => asked.destroy(new Error('no answer within 10 s')));
      asked.once('error', reject);
      asked.end(body);
    });
  }

  async function tell(): Promise<void> {
    await stack.ask('/ultronex/track', { method: 'POST', body: { pattern: `event \\d+ of ${name}`, user: 'U1' } });
    for (let n = 1; !done; n++) {
      const text = `event ${n} of ${name} word${n}.`;
      await stack.slack('say', { channel: 'C100', user: 'U2', text });
      told.push(text);
      await wait(1_500);
    }
  }

  const both = Promise.all([post(), tell()]);
  return {
    posted,
    async end() {
      done = true;
      await both;
      return { posted, told, problems };
    },
  };
}
