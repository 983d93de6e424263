import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeLoki } from './index.ts';

test('the fake Loki selects by labels, time, limit and direction, over several streams', async (t) => {
  const base = 1_700_000_000_000;
  const loki = await startFakeLoki();
  t.after(() => loki.close());
  for (const [at, stream] of [
    [1_000, 'out'],
    [2_000, 'err'],
    [3_000, 'out'],
    [4_000, 'err'],
  ] as const) {
    loki.push({ service_name: 'a"\\', stream }, base + at, `line ${at}`);
  }
  loki.push({ service_name: 'other' }, base + 2_000, 'not asked for');
  const ask = async (more: Record<string, string>) => {
    const address = new URL('/loki/api/v1/query_range', loki.url);
    address.search = new URLSearchParams({
      query: '{service_name="a\\"\\\\"}',
      start: '1000000000',
      ...more,
    }).toString();
    const response = await fetch(address);
    if (!response.ok) return `${response.status} ${await response.text()}`;
    const { data } = (await response.json()) as { data: { result: { values: [string, string][] }[] } };
    return data.result.map(({ values }) => values.map(([ns, line]) => `${Number(ns.slice(0, -6)) - base} ${line}`));
  };
  const [start, end] = [`${base + 1_000}000000`, `${base + 4_000}000000`] as const;
  assert.deepEqual(await ask({ start, end, direction: 'forward', limit: '2' }), [
    ['1000 line 1000'],
    ['2000 line 2000'],
  ]);
  // Backward is the default; a line at `end` is not part of the range.
  assert.deepEqual(await ask({ start, end }), [['3000 line 3000', '1000 line 1000'], ['2000 line 2000']]);
  assert.match(String(await ask({ query: '{', start, end })), /^400 parse error/);
  assert.match(String(await ask({ limit: '6000', start, end })), /^400 max entries limit/);
  assert.match(String(await ask({ start: end, end: start })), /^400 end timestamp/);
});
