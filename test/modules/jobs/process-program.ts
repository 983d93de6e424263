/** Starts a job and follows it, as the program does, and appends each piece of output to a file. It is killed by its test. */
import { appendFileSync } from 'node:fs';
import { pino } from 'pino';
import { systemClock } from '../../../src/domain/clock.ts';
import { createProcessTarget } from '../../../src/modules/jobs/targets/process.ts';

const [bin = '', folder = '', job = '', stored = ''] = process.argv.slice(2);
const target = createProcessTarget({ bin, folder, clock: systemClock, log: pino({ level: 'silent' }) });
const handle = await target.start(JSON.parse(job), {});
const append = (entry: object) => appendFileSync(stored, `${JSON.stringify(entry)}\n`);
append({ handle });
await target.follow(
  { ...JSON.parse(job), handle },
  { write: async (text, cursor) => append({ text, cursor }) },
  () => {},
  new AbortController().signal,
);
