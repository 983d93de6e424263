import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { frame } from '../../fakes/docker/world.ts';
import { type Reader, readEvents } from '../../http/sse.ts';
import { authorization } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { startSite } from './support.ts';

/** A line of the log, the n-th second of a day. */
const line = (n: number, text: string, stream: 1 | 2 = 1) =>
  frame(stream, `${new Date(Date.UTC(2026, 0, 2) + n * 1_000).toISOString().replace('Z', '000001Z')} ${text}\n`);

const texts = async (reader: Reader, n: number) => (await reader.take(n)).map(({ data }) => JSON.parse(data).text);
const endOf = async (reader: Reader) => {
  const [last] = await reader.take(1);
  assert.equal(last?.event, 'end');
  return JSON.parse(last.data).reason;
};

async function startLogs(t: TestContext) {
  const tty = { name: 'tty', tty: true, log: [line(1, 'bash$ ls\r').subarray(8)] };
  const site = await startSite(t, {}, [tty]);
  const [loki] = site.docker.containers;
  assert.ok(loki);
  const read = (query: string, name = loki.name) => readEvents(`${site.api.base}/containers/${name}/logs?${query}`);
  const followed = () => eventually('the log to be followed', () => site.docker.followers() === 1);
  return { ...site, loki, read, followed };
}

describe('a log', () => {
  it('sends its last lines, and an end', async (t) => {
    const { loki, read } = await startLogs(t);
    loki.log.push(line(1, 'one'), line(2, 'two <b>'), line(3, 'three', 2));
    const log = await read('tail=2');
    assert.equal(log.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const [two, three, end] = await log.take(3);
    assert.deepEqual(JSON.parse(two?.data ?? ''), {
      time: '2026-01-02T00:00:02.000000001Z',
      stream: 'stdout',
      text: 'two <b>',
    });
    assert.deepEqual(JSON.parse(three?.data ?? '').stream, 'stderr');
    assert.deepEqual([two?.event, end?.event, end?.data], ['message', 'end', '{"reason":"End of the log."}']);
    assert.equal(await endOf(await read('tail=0')), 'End of the log.');
  });

  it('of a container with a TTY has no frames', async (t) => {
    const { read } = await startLogs(t);
    assert.deepEqual(await texts(await read('', 'tty'), 1), ['bash$ ls']);
  });

  it('is followed until the browser disconnects', async (t) => {
    const { docker, loki, read, followed } = await startLogs(t);
    loki.log.push(line(1, 'before'));
    const log = await read('follow=true');
    assert.deepEqual(await texts(log, 1), ['before']);
    await followed();
    docker.write(loki, line(2, 'after'));
    assert.deepEqual(await texts(log, 1), ['after']);
    log.close();
    await eventually('the follow at Docker to end', () => docker.followers() === 0);
  });

  it('is searched without regard to case, in older and in new lines', async (t) => {
    const { docker, loki, read, followed } = await startLogs(t);
    loki.log.push(line(1, 'Error: one'), line(2, 'fine'), line(3, 'two ERRORS'), line(4, 'fine'));
    const log = await read('tail=1&follow=true&search=error');
    assert.deepEqual(await texts(log, 2), ['Error: one', 'two ERRORS']);
    await followed();
    docker.write(loki, Buffer.concat([line(5, 'fine'), line(6, 'an error')]));
    assert.deepEqual(await texts(log, 1), ['an error']);
    log.close();
  });

  it('ends after the container’s last lines', async (t) => {
    const { docker, loki, read, followed } = await startLogs(t);
    const log = await read('follow=true');
    await followed();
    docker.write(loki, frame(1, '2026-01-02T00:00:01.000000001Z last, without a line’s end'));
    loki.state = 'exited';
    docker.endLog(loki);
    assert.deepEqual(await texts(log, 1), ['last, without a line’s end']);
    assert.equal(await endOf(log), 'The container no longer runs.');
  });

  for (const state of ['running', 'paused']) {
    it(`that is cut while the container is ${state} is resumed without lost or repeated lines`, async (t) => {
      const { docker, loki, read, followed } = await startLogs(t);
      loki.state = state;
      loki.log.push(line(1, 'one'));
      const log = await read('follow=true');
      await followed();
      docker.write(loki, Buffer.concat([line(3, 'two'), line(2, 'older, of the other stream', 2)]));
      docker.reset();
      docker.write(loki, line(4, 'three'));
      await followed();
      docker.write(loki, line(5, 'four'));
      assert.deepEqual(await texts(log, 5), ['one', 'two', 'older, of the other stream', 'three', 'four']);
      log.close();
    });
  }

  it('with invalid frames reports that and ends', async (t) => {
    const { loki, read } = await startLogs(t);
    loki.log.push(Buffer.from('plain text where frames should be'));
    assert.match(await endOf(await read('')), /this is not Docker's framing/);
  });

  it('of an unknown container is a 404, and without Docker a 503', async (t) => {
    const { docker, api } = await startLogs(t);
    assert.equal((await api.call('GET', '/containers/nobody/logs')).status, 404);
    assert.equal((await api.call('GET', '/containers/job/logs?tail=5001')).status, 422);
    await docker.close();
    assert.equal((await api.call('GET', '/containers/job/logs')).status, 503);
  });

  it('is not followed for a HEAD request', async (t) => {
    const { docker, loki, api } = await startLogs(t);
    const url = `${api.base}/containers/${loki.name}/logs?follow=true`;
    assert.equal((await fetch(url, { method: 'HEAD', headers: { authorization } })).status, 200);
    await eventually('the follow at Docker to end', () => docker.followers() === 0);
  });

  it('is refused when 30 logs are open', async (t) => {
    const { docker, loki, api, read } = await startLogs(t);
    const logs = await Promise.all(Array.from({ length: 40 }, () => read('follow=true')));
    const open = logs.filter(({ status }) => status === 200);
    assert.equal(open.length, 30);
    const { status, body } = await api.call('GET', `/containers/${loki.name}/logs`);
    assert.deepEqual([status, body.msg], [429, '30 logs are being read already; close one.']);
    for (const log of logs) log.close();
    await eventually('room', async () => (await api.call('GET', '/containers/job/logs')).status === 200);
    assert.equal(docker.followers(), 0);
  });
});
