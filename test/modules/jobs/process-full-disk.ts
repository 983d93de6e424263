/** Runs jobs on a file system of 256 KiB that is full. `process-disk.test.ts` mounts it and reads the result. */
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../../../src/domain/clock.ts';
import type { NotStarted } from '../../../src/modules/jobs/target.ts';
import { createProcessTarget } from '../../../src/modules/jobs/targets/process.ts';
import { follow, jobOf } from './process-support.ts';

const [dir = '', small = '', fewFiles = ''] = process.argv.slice(2);
const bin = join(dir, 'bin');
mkdirSync(bin);

function script(name: string, text: string) {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
  return jobOf(name);
}

const on = (disk: string) =>
  createProcessTarget({ bin, folder: join(disk, 'jobs'), clock: systemClock, log: pino({ level: 'silent' }) });
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: NotStarted) => ({ name: error.constructor.name, retryable: error.retryable, message: error.message }),
  );

const target = on(small);
const quiet = script('quiet', `while [ -e '${dir}/wait' ]; do sleep 0.05; done; exit 7`);
writeFileSync(join(dir, 'wait'), '');
const waiting = { ...quiet, handle: await target.start(quiet, {}) };

const filling = script('filling', 'head -c 1000000 /dev/zero');
const filled = { ...filling, handle: await target.start(filling, {}) };
const { end: fillingEnd, output } = await follow(target, filled);

const refused = await refusal(target.start(jobOf('quiet'), {}));
const leftByRefused = readdirSync(join(small, 'jobs')).length - 2;
rmSync(join(dir, 'wait'));
const { end: quietEnd } = await follow(target, waiting);

await target.remove(filled);
const { end: later } = await follow(target, {
  ...quiet,
  id: 'later',
  handle: await target.start({ ...quiet, id: 'later' }, {}),
});

const withoutPid = await refusal(on(fewFiles).start(jobOf('quiet'), {}));
const leftWithoutPid = readdirSync(join(fewFiles, 'jobs'));

process.stdout.write(
  JSON.stringify({
    fillingEnd,
    bytes: output.length,
    refused,
    leftByRefused,
    quietEnd,
    later,
    withoutPid,
    leftWithoutPid,
  }),
);
