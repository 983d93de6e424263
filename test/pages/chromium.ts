import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/load.ts';
import { pagesSuite } from './suite.ts';

/** The real program without Slack, on a free port, with a store of its own. */
pagesSuite(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ultronex-pages-'));
  const [username, password] = ['ultron', 'vibranium-and-more'];
  const app = await startApp(
    loadConfig({
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_LEVEL: 'fatal',
      BASIC_AUTH_USERNAME: username,
      BASIC_AUTH_PASSWORD: password,
    }),
  );
  return {
    url: app.url,
    username,
    password,
    async stop() {
      await app.stop();
      await rm(dataDir, { recursive: true });
    },
  };
});
