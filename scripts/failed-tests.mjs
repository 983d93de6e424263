// A reporter of Node's test runner: writes the path of each file in which a failed test was declared, one a line. That is
// another file than the one that was run when test files share their tests (see failed-file.mjs). A file that was killed is written by
// this reporter alone.

/**
 * @param {AsyncIterable<{ type: string, data: { file?: string } }>} events
 * @returns {AsyncGenerator<string>}
 */
export default async function* failedTests(events) {
  for await (const { type, data } of events) {
    if (type === 'test:fail' && data.file !== undefined) yield `${data.file}\n`;
  }
}
