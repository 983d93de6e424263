import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import { callUrl } from '../../../src/modules/canary/call-url.ts';
import { startFakeTarget, type TargetAnswer } from '../../fakes/target/index.ts';
import { manualClock } from '../../support/clock.ts';

async function start(t: TestContext) {
  const target = await startFakeTarget();
  t.after(() => target.close());
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const clock = manualClock();
  const stopping = new AbortController();
  const call = (address = `${target.url}/secret-id`) => callUrl(address, { clock, log, signal: stopping.signal });
  const problems = () => lines.map((line) => JSON.parse(line).problem);
  return { target, lines, clock, stopping, call, problems };
}

/** Lets the clock go on until the call ends. */
async function until<T>(call: Promise<T>, clock: { advance(ms: number): Promise<void> }, ms: number): Promise<T> {
  let hasEnded = false;
  void call.then(() => {
    hasEnded = true;
  });
  for (let round = 0; !hasEnded && round < 2_000; round += 1) await clock.advance(round % 10 === 9 ? ms : 0);
  assert.ok(hasEnded, 'the call did not end');
  return call;
}

test('the address is requested once, by GET', async (t) => {
  const { target, call, clock, lines } = await start(t);
  assert.equal(await until(call(), clock, 0), true);
  assert.deepEqual(
    target.requests.map(({ method, path }) => [method, path]),
    [['GET', '/secret-id']],
  );
  assert.deepEqual(lines, []);
});

test('a failed request is repeated once', async (t) => {
  const { target, call, clock, problems } = await start(t);
  target.answers.set('/secret-id', [{ kind: 'reply', status: 503 }, { kind: 'reply' }]);
  assert.equal(await until(call(), clock, 1_000), true);
  target.answer = { kind: 'reset' };
  target.answers.clear();
  assert.equal(await until(call(), clock, 1_000), false);
  assert.equal(target.requests.length, 4);
  assert.deepEqual(problems(), ['HTTP 503', 'ECONNRESET', 'ECONNRESET']);
});

test('a log line has the host, not the path, which is a secret of such services', async (t) => {
  const { target, call, clock, lines } = await start(t);
  target.answer = { kind: 'reply', status: 404 };
  await until(call(), clock, 1_000);
  assert.equal(lines.length, 2);
  assert.ok(lines.every((line) => line.includes('127.0.0.1') && !line.includes('secret-id')));
});

test('a redirect is not followed, least of all to a machine’s metadata', async (t) => {
  const { target, call, clock, problems } = await start(t);
  target.answer = { kind: 'redirect', to: 'http://169.254.169.254/latest/meta-data/' };
  await until(call(), clock, 1_000);
  assert.deepEqual(problems(), Array(2).fill('HTTP 302: it redirects; set the address it leads to'));
  await until(call('http://169.254.169.254/latest/meta-data/'), clock, 1_000);
  assert.deepEqual(problems().slice(2), Array(2).fill('169.254.169.254 is not allowed'));
});

for (const after of ['nothing', 'headers'] as const) {
  test(`a server that hangs after ${after} holds the call for 10 s at most`, async (t) => {
    const { target, call, clock, problems } = await start(t);
    const answer: TargetAnswer = { kind: 'hang', after };
    target.answer = answer;
    const ok = await until(call(), clock, 1_000);
    // The status is all that is read.
    assert.equal(ok, after === 'headers');
    assert.deepEqual(problems(), after === 'headers' ? [] : Array(2).fill('no answer within 10 s'));
  });
}

test('a stop ends the call at once', async (t) => {
  const { target, call, clock, stopping, lines } = await start(t);
  target.answer = { kind: 'hang', after: 'nothing' };
  const calling = call();
  await clock.advance(0);
  stopping.abort();
  assert.equal(await calling, false);
  assert.deepEqual(lines, []);
});
