// Runs test files with Node's test runner: node scripts/test.mjs [--test-…=…]… FILE…
// The failed tests are printed again at the end. Files with a failed test are run once more, one at a time: a test that waits for a
// process can be late on a busy machine. What fails twice fails the run; what passes then is named, because it is to be mended.
// Without a file to run once more, the run fails.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

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
 * @returns {Promise<{ code: number, failed: string[] }>} the exit code of Node, and which of the files had a failed test
 */
async function run(more, which) {
  const lists = [join(folder, 'tests'), join(folder, 'files')];
  for (const list of lists) writeFileSync(list, '');
  const reporters = [
    ['spec', 'stdout'],
    [join(import.meta.dirname, 'failed-tests.mjs'), lists[0]],
  ].flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
  const note = ['--import', pathToFileURL(join(import.meta.dirname, 'failed-file.mjs')).href];
  running = spawn(
    process.execPath,
    ['--import', 'tsx', ...note, '--test', ...reporters, ...options, ...more, ...which],
    {
      stdio: 'inherit',
      env: { ...process.env, FAILED_TEST_FILES: lists[1] },
    },
  );
  const [code] = await once(running, 'exit');
  const named = new Set(lists.flatMap((list) => readFileSync(list, 'utf8').split('\n')));
  return { code: code ?? 1, failed: which.filter((file) => named.has(resolve(file))) };
}

const names = (/** @type {string[]} */ paths) => paths.map((path) => `  ${path}\n`).join('');

const first = await run([], files);
if (first.code !== 0) {
  process.exitCode = first.code;
  if (first.code === 1 && !interrupted && first.failed.length > 0 && first.failed.length <= maxSecondFiles) {
    console.log(`\nOnce more, one at a time:\n${names(first.failed)}`);
    const second = await run(['--test-concurrency=1'], first.failed);
    process.exitCode = second.code;
    if (second.code === 0)
      console.log(`\nFailed at first and passed alone, so they depend on time. Mend them:\n${names(first.failed)}`);
  }
}
