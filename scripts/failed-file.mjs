// Loaded by scripts/test.mjs into the process of each test file: writes the file's path to $FAILED_TEST_FILES if a test failed.
import { appendFileSync } from 'node:fs';

const { FAILED_TEST_FILES: list, NODE_TEST_CONTEXT: context } = process.env;

// The runner itself loads this, too, and has no context.
if (list !== undefined && context !== undefined) {
  // Not for the programs that the tests start.
  delete process.env.FAILED_TEST_FILES;
  process.on('exit', (code) => {
    if (code !== 0) appendFileSync(list, `${process.argv[1]}\n`);
  });
}
