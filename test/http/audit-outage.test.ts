import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { systemClock } from '../../src/domain/clock.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { addAuditTrail } from '../../src/http/audit-trail.ts';
import { eventually } from '../support/program.ts';

/** A server with one audited route, which fails with `error`, and entries of the audit log that wait until they are settled. */
async function start(t: TestContext, error: Error) {
  const waiting: { resolve(): void; reject(error: Error): void }[] = [];
  const logged: { audit: { action: string; outcome: string } }[] = [];
  const app = Fastify();
  t.after(() => app.close());
  addAuditTrail(app, {
    store: { writeAudit: () => new Promise((resolve, reject) => void waiting.push({ resolve, reject })) },
    people: { isKnown: () => false },
    clock: systemClock,
    newId: () => 'a1',
    log: { error: (fields: never) => void logged.push(fields) } as never,
  });
  app.setErrorHandler((failure: { status?: number; message: string }, _request, reply) => {
    reply.code(failure.status ?? 500).send({ msg: failure.message });
  });
  app.post('/track', { config: { audit: 'track' } }, async () => {
    throw error;
  });
  return { waiting, logged, post: () => app.inject({ method: 'POST', url: '/track' }) };
}

test('a change that failed because the store is away is answered without a second wait for the store', async (t) => {
  const { waiting, logged, post } = await start(t, new StoreUnavailable('The database does not answer.'));
  const { statusCode, body } = await post();
  assert.deepEqual([statusCode, JSON.parse(body).msg], [503, 'The database does not answer.']);
  assert.equal(waiting.length, 1, 'the entry is on its way');
  waiting[0]?.reject(new StoreUnavailable('still away'));
  await eventually('the entry is in the log of the program', () => logged.length === 1);
  assert.deepEqual([logged[0]?.audit.action, logged[0]?.audit.outcome], ['track', 'failed']);
});

test('a change that failed for another reason is answered when its entry is written', async (t) => {
  const { waiting, post } = await start(t, new Error('a mistake'));
  let isAnswered = false;
  const answer = post().finally(() => {
    isAnswered = true;
  });
  await eventually('the entry is on its way', () => waiting.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isAnswered, false);
  waiting[0]?.resolve();
  assert.equal((await answer).statusCode, 500);
});
