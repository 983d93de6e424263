import { join } from 'node:path';
import { checkEnv, readEnvFile, report, SetupFailed, writeVolumes } from '../../stack-setup/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';

export const setup = defineCommand({
  name: 'setup',
  summary: 'For the stack: check .env and write each service’s secrets into its volume. docker compose runs it.',
  usage: '<project folder> <volumes folder>',
  options: {
    probe: { type: 'string', value: 'FILE', description: 'A static wget for the health checks. Default: /app/wget.' },
  },
  words: [2, 2],
  run({ values, words: [project = '', volumes = ''], io }) {
    try {
      const text = readEnvFile(join(project, '.env'));
      if (text === null) io.out('There is no .env; everything has its default.');
      const config = checkEnv(text ?? '');
      writeVolumes(config, { project, volumes, probe: values.probe ?? '/app/wget', warn: io.err });
      io.out(report(config).join('\n'));
      return exit.ok;
    } catch (error) {
      throw error instanceof SetupFailed ? new CommandFailed(error.message, { cause: error }) : error;
    }
  },
});
