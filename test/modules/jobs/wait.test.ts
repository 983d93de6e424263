import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startJobs } from './http-support.ts';

const api = await startJobs({ after });
const { jobs, call } = api;

/** Resolves with the id of the job that the next request starts. */
async function nextJob(): Promise<string> {
  const before = jobs.asked.length;
  while (jobs.asked.length === before) await new Promise((resolve) => setImmediate(resolve));
  const { items } = await jobs.list({}, null, 1);
  return items[0]?.id ?? '';
}

test('with wait the answer of an ended job is its view with its output', async () => {
  const answer = call('ada', 'POST', '/jobs/greet?wait=30s', 'NAME=Daniela');
  const id = await nextJob();
  jobs.write(id, 'Hello Daniela!', '::result {"greeted":1}');
  jobs.end(id, { result: '{"greeted":1}' });
  const { status, body, headers } = await answer;
  assert.equal(status, 200);
  const { state, exitCode, durationSeconds, output, result } = body;
  assert.deepEqual([body.id, state, exitCode, durationSeconds, result], [id, 'succeeded', 0, 1.5, { greeted: 1 }]);
  assert.equal(output, 'Hello Daniela!\n::result {"greeted":1}\n');
  assert.equal(headers.get('location'), `/ultronex/jobs/${id}`);
});

test('a job that failed is an answer like any other', async () => {
  const answer = call('ada', 'POST', '/jobs?wait=1m', { target: 'process', file: 'x' });
  jobs.end(await nextJob(), { state: 'failed', exitCode: 2 });
  const { status, body } = await answer;
  assert.deepEqual([status, body.state, body.exitCode, body.output], [200, 'failed', 2, '']);
});

test('when the time is over the answer is 202, and the job goes on', async () => {
  const { status, body } = await call('ada', 'POST', '/jobs/greet?wait=1s');
  assert.deepEqual([status, body.state], [202, 'queued']);
});

test('a long output is cut at its beginning, at the end of a line', async () => {
  const answer = call('ada', 'POST', '/jobs/greet?wait=30s');
  const id = await nextJob();
  jobs.write(id, ...Array.from({ length: 100_000 }, (_, at) => `line ${at + 1} ü`));
  jobs.end(id);
  const { output } = (await answer).body;
  const [note, first, ...rest] = output.split('\n');
  assert.equal(note, `[the beginning is left out; GET /ultronex/jobs/${id}/logs has all that is kept]`);
  assert.match(first, /^line \d+ ü$/);
  assert.equal(rest.at(-2), 'line 100000 ü');
  assert.ok(Buffer.byteLength(output) < 66_000, `${Buffer.byteLength(output)} bytes`);
});

test('a repeated request with a key waits for the first job', async () => {
  const key = { 'idempotency-key': 'wait' };
  const first = await call('ada', 'POST', '/jobs/greet', {}, key);
  jobs.end(first.body.id);
  const { status, body } = await call('ada', 'POST', '/jobs/greet?wait=30s', {}, key);
  assert.deepEqual([status, body.id, body.state], [200, first.body.id, 'succeeded']);
});

test('a client that leaves ends the wait, and its start is in the audit log', async () => {
  const leave = new AbortController();
  const request = fetch(`${api.base}/jobs/greet?wait=60s`, {
    ...{ method: 'POST', headers: { authorization: api.login('ada') }, signal: leave.signal },
  });
  const id = await nextJob();
  leave.abort();
  await assert.rejects(request);
  const isAudited = () => api.audit.some(({ action, detail }) => action === 'job start' && detail.startsWith(id));
  for (const end = Date.now() + 5_000; !isAudited() && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(isAudited());
});

test('a program that stops answers the requests that wait', async () => {
  const own = await startJobs({ after: () => {} });
  const answer = own.call('ada', 'POST', '/jobs/greet?wait=60s');
  while (own.jobs.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await own.server.close();
  assert.equal((await answer).status, 202);
});

test('a full queue is 429', async () => {
  jobs.state.full = true;
  const { status } = await call('ada', 'POST', '/jobs/greet');
  jobs.state.full = false;
  assert.equal(status, 429);
});
