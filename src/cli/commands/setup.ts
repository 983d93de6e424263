import { join } from 'node:path';
import { defineCommand, exit } from '../command.ts';
import { checkEnv } from '../setup/check-env.ts';
import { readEnvFile } from '../setup/env-file.ts';
import { report } from '../setup/report.ts';
import { writeVolumes } from '../setup/write.ts';

export const setup = defineCommand({
  name: 'setup',
  summary: 'Of the stack: check its .env and write each service’s secrets into its volume. docker compose runs it.',
  usage: '<project folder> <volumes folder>',
  options: {
    probe: { type: 'string', value: 'FILE', description: 'A static wget for the health checks. Default: /app/wget.' },
  },
  words: [2, 2],
  run({ values, words: [project = '', volumes = ''], io }) {
    const text = readEnvFile(join(project, '.env'));
    if (text === null) io.out('There is no .env; everything has its default.');
    const config = checkEnv(text ?? '');
    writeVolumes(config, { project, volumes, probe: values.probe ?? '/app/wget', warn: io.err });
    io.out(report(config).join('\n'));
    return exit.ok;
  },
});
