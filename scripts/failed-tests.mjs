// A reporter of Node's test runner: writes the path of each file in which a failed test was declared, one a line. Where test files
// share their tests, that is not the file which was run; but a file that was killed is named by this one alone.

/**
 * @param {AsyncIterable<{ type: string, data: { file?: string } }>} events
 * @returns {AsyncGenerator<string>}
 */
export default async function* failedTests(events) {
  for await (const { type, data } of events) {
    if (type === 'test:fail' && data.file !== undefined) yield `${data.file}\n`;
  }
}
