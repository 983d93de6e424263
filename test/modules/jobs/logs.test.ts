import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { after, test } from 'node:test';
import { readEvents } from '../../http/sse.ts';
import { startJobs } from './http-support.ts';

const api = await startJobs({ after });
const { jobs, call } = api;
const greet = async () => (await call('ada', 'POST', '/jobs/greet')).body.id as string;
const follow = (id: string, last?: string, query = '?follow') =>
  readEvents(`${api.base}/jobs/${id}/logs${query}`, last, { authorization: api.login('ada') });

async function eventually(what: string, is: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end; ) {
    if (is()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(`${what} did not happen within 5 s`);
}

test('the output is text, with a line in place of those that were cut', async () => {
  const id = await greet();
  assert.deepEqual((await call('bo', 'GET', `/jobs/${id}/logs`)).body, '');
  jobs.write(id, 'one', '<b>two</b>', 'three', 'four', 'five');
  jobs.cut(id, 2, 4, 5_000_000);
  const { body, headers } = await call('bo', 'GET', `/jobs/${id}/logs`);
  assert.equal(body, 'one\n[lines 2 to 4 were cut, 4.8 MiB]\nfive\n');
  assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('a long output comes whole, and ends although the job goes on writing', async () => {
  const id = await greet();
  jobs.write(id, ...Array.from({ length: 5_000 }, (_, at) => `line ${at + 1}`));
  const { body } = await call('ada', 'GET', `/jobs/${id}/logs`);
  assert.equal(body.split('\n').length, 5_001);
  assert.ok(body.endsWith('line 5000\n'));
});

test('events are the lines with their numbers, then the end with the job', async () => {
  const id = await greet();
  jobs.write(id, 'one', '', '  two: ü');
  const events = await follow(id);
  assert.equal(events.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const [first, ...lines] = await events.take(4);
  assert.deepEqual([first?.event, JSON.parse(first?.data ?? '').state], ['job', 'queued']);
  assert.deepEqual(lines, [
    { id: '1', event: 'message', data: 'one' },
    { id: '2', event: 'message', data: '' },
    { id: '3', event: 'message', data: '  two: ü' },
  ]);
  jobs.change(id, { state: 'running', handle: '4711' });
  const [running] = await events.take(1);
  assert.deepEqual([running?.event, JSON.parse(running?.data ?? '').name], ['job', 'pid 4711']);
  jobs.write(id, 'three\rfour\r');
  assert.deepEqual(await events.take(1), [{ id: '4', event: 'message', data: 'three\nfour' }]);
  jobs.end(id, { exitCode: 0 });
  const [end] = await events.take(1);
  assert.equal(end?.event, 'end');
  const { state, exitCode, lines: count } = JSON.parse(end?.data ?? '');
  assert.deepEqual([state, exitCode, count], ['succeeded', 0, 4]);
  await eventually('no listener is left', () => jobs.listeners.size === 0);
});

test('Last-Event-ID resumes after that line, and a cut stands for lines that are gone', async () => {
  const id = await greet();
  jobs.write(id, 'one', 'two', 'three', 'four', 'five', 'six');
  jobs.cut(id, 3, 5, 1_234);
  jobs.end(id);
  const from = async (last?: string) => (await follow(id, last)).take(2);
  assert.deepEqual(await from('2'), [
    { id: '5', event: 'cut', data: '{"from":3,"to":5,"bytes":1234}' },
    { id: '6', event: 'message', data: 'six' },
  ]);
  assert.deepEqual((await from('4'))[0], { id: '5', event: 'cut', data: '{"from":5,"to":5,"bytes":null}' });
  const [six, end] = await from('5');
  assert.deepEqual([six?.data, end?.event], ['six', 'end']);
  assert.equal((await from('not a number'))[0]?.data, 'one');
});

test('Accept asks for events as ?follow does, and HEAD gets headers only', async () => {
  const id = await greet();
  jobs.end(id);
  const accepted = await readEvents(`${api.base}/jobs/${id}/logs`, undefined, {
    ...{ authorization: api.login('ada'), accept: 'text/event-stream' },
  });
  assert.equal((await accepted.take(1))[0]?.event, 'end');
  const head = await fetch(`${api.base}/jobs/${id}/logs?follow`, {
    ...{ method: 'HEAD', headers: { authorization: api.login('ada') } },
  });
  assert.equal(head.status, 200);
  assert.equal((await call('ada', 'GET', `/jobs/${id}/logs?follow=maybe`)).status, 422);
});

test('a job of many lines without text, and a client that disconnects, leave no listener', async () => {
  const id = await greet();
  jobs.write(id, ...Array.from({ length: 3_000 }, () => ''));
  const events = await follow(id);
  assert.equal((await events.take(3_001)).at(-1)?.id, '3000');
  events.close();
  await eventually('the listener is gone', () => jobs.listeners.size === 0);
});

test('a client that reads nothing holds back the reading of the store, and gets everything later', async () => {
  const id = await greet();
  const count = 4_000;
  jobs.write(id, ...Array.from({ length: count }, () => 'x'.repeat(9_000)));
  jobs.state.readTo = 0;
  const sent = request(`${api.base}/jobs/${id}/logs?follow`, { headers: { authorization: api.login('ada') } });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  for (let before = -1; before !== jobs.state.readTo; ) {
    before = jobs.state.readTo;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.ok(jobs.state.readTo < count, `${jobs.state.readTo} lines were read for a client that takes none`);
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await eventually('all of it came', () => bytes > count * 9_000);
  sent.destroy();
});
