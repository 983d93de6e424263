// Runs test files with Node's test runner: node scripts/test.mjs [--test-…=…]… FILE…
// The failed tests are printed again at the end. Files with a failed test are run once more, one at a time: a test that waits for a
// process can be late on a busy machine. What fails twice fails the run; what passes then is named, because it is to be mended.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** More files than this are not run again: then it is not the machine. */
const maxSecondFiles = 5;

const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const files = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));

const folder = mkdtempSync(join(tmpdir(), 'ultronex-tests-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill(signal);
  });
}

/**
 * @param {string[]} more options after those of the command line, which they override
 * @param {string[]} which
 * @returns {Promise<{ code: number, failed: string[] }>} the exit code of Node, and the files with a failed test
 */
function run(more, which) {
  const list = join(folder, 'failed');
  const reporters = [
    ['spec', 'stdout'],
    [join(import.meta.dirname, 'failed-files.mjs'), list],
  ].flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
  return new Promise((resolve, reject) => {
    running = spawn(process.execPath, ['--import', 'tsx', '--test', ...reporters, ...options, ...more, ...which], {
      stdio: 'inherit',
    });
    running.once('error', reject);
    running.once('exit', (code) => {
      resolve({ code: code ?? 1, failed: code === 1 ? readFileSync(list, 'utf8').split('\n').filter(Boolean) : [] });
    });
  });
}

const names = (/** @type {string[]} */ paths) => paths.map((path) => `  ${relative('.', path)}\n`).join('');

const first = await run([], files);
if (first.code !== 0) {
  process.exitCode = first.code;
  if (!interrupted && first.failed.length > 0 && first.failed.length <= maxSecondFiles) {
    console.log(`\nOnce more, one at a time:\n${names(first.failed)}`);
    const second = await run(['--test-concurrency=1'], first.failed);
    process.exitCode = second.code;
    if (second.code === 0)
      console.log(`\nFailed at first and passed alone, so they depend on time. Mend them:\n${names(first.failed)}`);
  }
}
