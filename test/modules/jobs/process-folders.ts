/** Makes and removes the folder of a run again and again. Its test stops it, and kills it within a minute. */
import { closeSync } from 'node:fs';
import { giveUp, makeRunFolder, removeRunFolder } from '../../../src/modules/jobs/targets/process/run-folder.ts';

const [folder = ''] = process.argv.slice(2);
process.stdout.write('ready');
const until = performance.now() + 60_000;
for (let round = 0; performance.now() < until; round += 1) {
  closeSync(makeRunFolder(folder, 'the boot'));
  if (round % 2 === 0) giveUp(folder);
  removeRunFolder(folder);
}
