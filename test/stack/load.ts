import { Agent, request } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { containerOf, hostName, type Stack } from './stack.ts';

export interface Load {
  /** How many requests the program answered so far. */
  answered(): number;
  /** Ends it; answers how many requests the program answered and what went wrong with the others. */
  end(): Promise<{ answered: number; failures: string[] }>;
}

/**
 * Some 200 requests a second to a path of the program that is not there: its 404 is the answer. Under /slack/, where one
 * address may ask often. Half of the workers keep their connections, the others make a new one for each request.
 */
export function startLoad({ roots, docker }: Pick<Stack, 'roots' | 'docker'>): Load {
  let done = false;
  let answered = 0;
  const failures: string[] = [];
  const kept = new Agent({ keepAlive: true });

  async function worker(agent: Agent | false, ca: string): Promise<void> {
    while (!done) {
      const said = await ask(agent, ca).catch((error: Error) => error.message);
      if (said === 404) answered += 1;
      else failures.push(String(said));
      await wait(25);
    }
  }

  const workers = roots().then((ca) =>
    Promise.all(Array.from({ length: 8 }, (_, index) => worker(index % 2 === 0 && kept, ca))),
  );
  return {
    answered: () => answered,
    async end() {
      done = true;
      await workers;
      kept.destroy();
      // The tests that follow come from the same address, and what counts is the rate of all its requests.
      const forget = "import live; live.ask(b'clear table per_source')";
      await docker('exec', '-w', '/deploy', containerOf('certbot'), 'python3', '-B', '-c', forget);
      return { answered, failures };
    },
  };
}

function ask(agent: Agent | false, ca: string): Promise<number> {
  const to = { host: '127.0.0.1', port: 18_443, path: '/slack/load', servername: hostName, ca, agent };
  return new Promise((resolve, reject) => {
    const asked = request({ ...to, headers: { host: hostName }, timeout: 10_000 }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer within 10 s')));
    asked.once('error', reject);
    asked.end();
  });
}
