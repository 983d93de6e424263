import { shortened } from '../../../lib/shortened.ts';
import type { HttpProbe } from '../../../watch-files/index.ts';
import type { Body } from './body.ts';
import { Failed } from './run.ts';

export const isExpected = (status: number, ranges: HttpProbe['status']) =>
  ranges.some(({ from, to }) => status >= from && status <= to);

/** @throws Failed */
export function expectStatus(status: number, ranges: HttpProbe['status']): void {
  if (isExpected(status, ranges)) return;
  const wanted = ranges.map(({ from, to }) => (from === to ? `${from}` : `${from / 100}xx`));
  throw new Failed('response', `Status ${status} instead of ${wanted.join(' or ')}.`);
}

/** @throws Failed */
export function expectBody({ text, json }: HttpProbe, body: Body): void {
  if (text !== null && !body.text.includes(text)) {
    const where = body.isWhole ? 'The body' : 'The first 1 MiB of the body';
    throw new Failed('response', `${where} does not contain "${shortened(text)}".`);
  }
  const wanted = Object.entries(json);
  if (wanted.length === 0) return;
  if (!body.isWhole) throw new Failed('response', 'JSON: the body is larger than 1 MiB, which is not read.');
  let value: unknown;
  try {
    value = JSON.parse(body.text);
  } catch {
    const start = body.text === '' ? 'it is empty' : `it begins with "${shortened(body.text, 40)}"`;
    throw new Failed('response', `The body is not JSON: ${start}.`);
  }
  for (const [path, expected] of wanted) {
    const found = at(value, path);
    if (found === expected) continue;
    const is = found === undefined ? 'missing' : shortened(JSON.stringify(found));
    throw new Failed(
      'response',
      `JSON: ${shortened(path)} is ${is} instead of ${shortened(JSON.stringify(expected))}.`,
    );
  }
}

/** Returns the value at a path such as `data.0.state`; undefined when there is none. */
function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}
