import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandInput } from '../../../src/modules/module.ts';
import { printChecks } from '../../../src/modules/watch/cli-checks.ts';

const row = (name: string, more: object = {}) => ({
  ...{ name, kind: 'http', target: 'https://shop.example.com/', state: 'up', last: { text: '200 in 84 ms' } },
  ...{ uptime: { days30: 0.9998 }, latency: { p95: 240 } },
  ...more,
});

/** Runs the command against pages of a list. */
async function run(pages: object[][], values: CommandInput['values'] = {}) {
  const said = { out: [] as string[], err: [] as string[], asked: [] as string[] };
  const call = async (_method: string, path: string) => {
    said.asked.push(path);
    const at = said.asked.length - 1;
    return { checks: pages[at], next: at < pages.length - 1 ? 'last name' : null };
  };
  const input = {
    api: () => ({ call }),
    ...{ values, words: [], config: {} },
    out: (text: string) => said.out.push(text),
    err: (text: string) => said.err.push(text),
  } as unknown as CommandInput;
  return { code: await printChecks(input), ...said };
}

test('`ultronex checks` prints a table of all pages, and exit code 1 says that one is down', async () => {
  const down = row('db', { kind: 'tcp', target: 'db:5432', state: 'down', last: { text: 'Connection refused.' } });
  const fresh = row('new', { state: 'pending', last: null, uptime: { days30: null }, latency: { p95: null } });
  const { code, out, asked } = await run([[row('shop'), down], [fresh]]);
  assert.equal(code, 1);
  assert.deepEqual(asked, ['/checks?limit=200', '/checks?limit=200&cursor=last%20name']);
  assert.deepEqual(out.join('\n').split('\n'), [
    'NAME  STATE    30 DAYS  P95     TARGET                          LAST RESULT',
    'shop  up       99.98 %  240 ms  http https://shop.example.com/  200 in 84 ms',
    'db    down     99.98 %  240 ms  tcp db:5432                     Connection refused.',
    'new   pending  no data  -       http https://shop.example.com/  not checked yet',
  ]);
});

test('`ultronex checks --json` prints what the API returns, and without checks the command says where they are written', async () => {
  const { code, out } = await run([[row('shop')]], { json: true });
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out.join('')), [row('shop')]);
  const empty = await run([[]]);
  assert.deepEqual(
    [empty.code, empty.out, empty.err],
    [0, [], ['Nothing is checked: the folder watch/ has no file with checks.']],
  );
});
