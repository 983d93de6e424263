import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/app/index.ts';
import { startApp } from '../../src/app/start.ts';
import { freePort } from '../support/port.ts';
import type { Site } from './browser.ts';

/** The real program without Slack, on a free port, with a new store. `env`: further settings. */
export async function startSite(env: Record<string, string> = {}): Promise<Site> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ultronex-pages-'));
  const [username, password] = ['ultron', 'vibranium-and-more'];
  const start = (port: string) =>
    startApp(
      loadConfig({
        DATA_DIR: dataDir,
        PORT: port,
        LOG_LEVEL: 'fatal',
        BASIC_AUTH_USERNAME: username,
        BASIC_AUTH_PASSWORD: password,
        ...env,
      }),
    );
  // A port that nobody else is given while the program is stopped.
  const port = env.PORT ?? String(await freePort());
  let app = await start(port);
  const { url } = app;
  return {
    url,
    username,
    password,
    async restart(whileDown) {
      await app.stop();
      await whileDown();
      app = await start(port);
    },
    async stop() {
      await app.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
