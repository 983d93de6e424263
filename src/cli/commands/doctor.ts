import { loadConfig, type Settings } from '../../app/index.ts';
import { ConfigError, databaseOf, wantedOf } from '../../config/index.ts';
import { defineCommand, exit, type Io } from '../command.ts';
import { baseUrl, localUrl } from '../connection.ts';
import { checkChannels } from '../doctor/channels.ts';
import { checkDataFolder } from '../doctor/data-folder.ts';
import { checkDatabase } from '../doctor/database.ts';
import { type Finding, finder } from '../doctor/finding.ts';
import { checkFolders } from '../doctor/folders.ts';
import { checkModules } from '../doctor/modules.ts';
import { checkProgram } from '../doctor/program.ts';
import { checkReplies } from '../doctor/replies.ts';
import { checkSlack } from '../doctor/slack.ts';
import { checkStore, rememberedState } from '../doctor/store.ts';
import { checkUsers } from '../doctor/users.ts';
import { checkWorkspaces } from '../doctor/workspaces.ts';

export const doctor = defineCommand({
  name: 'doctor',
  summary:
    'Check the settings, disk, store, workspaces, Redis, your own files, Slack and the running program. Safe while it runs.',
  usage: '[--url URL]',
  options: {
    url: { type: 'string', value: 'URL', description: 'Where the program is. Default: http://127.0.0.1:PORT.' },
  },
  words: [0, 0],
  async run({ values, io }) {
    let failed = false;
    const report = (findings: readonly Finding[]) => {
      for (const { level, part, text } of findings) {
        io.out(`${level.padEnd(4)}  ${part.padEnd(12)}  ${text}`);
        failed ||= level === 'fail';
      }
    };
    const { config, findings } = readConfig(io);
    report(findings);
    if (config === null) return exit.config;
    const url = baseUrl(values.url ?? localUrl(config));
    // Before the store: checking a large file blocks the event loop for longer than the time limits of these requests.
    const requests = [checkSlack(config), checkChannels(config, rememberedState(config)), checkProgram(url)] as const;
    const [slack, channels, program] = await Promise.all(requests);
    report(checkDataFolder(config.DATA_DIR));
    const database = databaseOf(config);
    report(await (database === null ? checkStore(config.DATA_DIR) : checkDatabase(database, wantedOf(config))));
    report(await checkWorkspaces(config));
    report(await checkModules(config));
    report(await checkReplies(config.REPLIES_DIR));
    report(await checkFolders(config, io.env));
    report(checkUsers(config.USERS_FILE));
    report([...slack, ...channels, program]);
    return failed ? exit.failed : exit.ok;
  },
});

const find = finder('config');

function readConfig({ env }: Io): { config: Settings | null; findings: Finding[] } {
  try {
    return { config: loadConfig(env), findings: [find('ok', 'every setting is right')] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: null, findings: error.problems.map((problem) => find('fail', problem)) };
  }
}
