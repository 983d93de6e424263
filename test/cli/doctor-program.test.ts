import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { checkProgram } from '../../src/cli/doctor/program.ts';
import { startFakeServer } from '../fakes/http-server.ts';

async function checked(
  t: TestContext,
  status: unknown,
  readyz: unknown = { ready: false, reasons: ['slack: 0 of 2'] },
) {
  const server = await startFakeServer(({ url }) => {
    const answers: Record<string, unknown> = { '/readyz': readyz, '/ultronex/status': status };
    return { status: url.pathname === '/readyz' ? 503 : 200, body: JSON.stringify(answers[url.pathname]) };
  });
  t.after(() => server.close());
  const { level, text } = await checkProgram(server.url);
  return `${level}: ${text.replace(server.url, 'URL')}`;
}

const ago = (ms: number) => ({ startedAt: new Date(Date.now() - ms).toISOString() });

test('a program that started less than a minute ago and is not ready yet is a warning', async (t) => {
  assert.match(
    await checked(t, ago(2_000)),
    /^warn: URL is not ready yet: slack: 0 of 2\. It started [234] s ago; look again in a minute$/,
  );
  assert.match(await checked(t, ago(-2_000)), /^warn: .*It started 0 s ago/, 'its clock is a little ahead');
});

test('a program that is not ready a minute after its start, or does not tell when that was, fails', async (t) => {
  for (const status of [ago(61_000), ago(-61_000), { startedAt: 'x' }, {}, null]) {
    assert.equal(await checked(t, status), 'fail: URL is not ready: slack: 0 of 2', JSON.stringify(status));
  }
});
