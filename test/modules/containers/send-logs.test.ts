import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { createDockerReader, inSeconds, nanoseconds } from '../../../src/docker/index.ts';
import type { Container } from '../../../src/modules/containers/container.ts';
import { sendLogs } from '../../../src/modules/containers/logs.ts';
import { startFakeDocker } from '../../fakes/docker/fake-docker.ts';
import { frame } from '../../fakes/docker/world.ts';
import { manualClock } from '../../support/clock.ts';
import { eventually } from '../../support/program.ts';

/** A follower of one container's log, whose answer is `raw`. */
async function start(t: TestContext) {
  const fake = await startFakeDocker();
  const web = fake.add({ name: 'web' });
  const docker = createDockerReader(fake.url);
  t.after(() => {
    docker.close();
    return fake.close();
  });
  const clock = manualClock(Date.UTC(2026, 0, 2));
  const raw = new PassThrough();
  const seen: string[] = [];
  let isOpen = false;
  const open = () => {
    isOpen = true;
    const send = (_event: string, data: unknown) => {
      seen.push(JSON.stringify(data));
      raw.write(JSON.stringify(data));
    };
    return { send, onClose: () => {} };
  };
  const container = { id: web.id, tty: false } as Container;
  const request = { container, tail: 10, follow: true, search: '' };
  const follow = () => sendLogs({ docker, clock }, request, open, { raw, hijack: () => {} } as never);
  return { fake, web, clock, raw, seen, follow, isOpen: () => isOpen };
}

describe('sending a log', () => {
  it('to a browser that has disconnected makes no request to Docker', async (t) => {
    const { fake, raw, follow, isOpen } = await start(t);
    raw.destroy();
    await eventually('it to be closed', () => raw.closed);
    await follow();
    assert.deepEqual([isOpen(), fake.asked['GET /containers/ID/logs']], [false, undefined]);
  });

  it('to a browser that disconnects during the request leaves nothing open', async (t) => {
    const { fake, raw, follow, isOpen } = await start(t);
    const sent = follow();
    raw.destroy();
    await sent;
    assert.deepEqual([isOpen(), fake.followers()], [false, 0]);
  });

  it('loses no line of a log that was idle until it was cut', async (t) => {
    const { fake, web, clock, raw, seen, follow } = await start(t);
    const sent = follow();
    await eventually('the follow', () => fake.followers() === 1);
    await clock.advance(60_000);
    fake.reset();
    fake.write(web, frame(1, '2026-01-02T00:00:01.000000000Z while it was cut\n'));
    await eventually('it to be taken up', async () => {
      await clock.advance(500);
      return seen.length > 0;
    });
    assert.match(seen[0] ?? '', /while it was cut/);
    raw.destroy();
    await sent;
  });

  it('waits for a slow reader, and leaves no listeners', async (t) => {
    const { fake, web, raw, seen, follow } = await start(t);
    const full = frame(1, `2026-01-02T00:00:01.000000000Z ${'x'.repeat(60_000)}\n`);
    const sent = follow();
    await eventually('the follow', () => fake.followers() === 1);
    const before = raw.listenerCount('close');
    for (let round = 0; round < 12; round += 1) {
      for (let n = 0; n < 40; n += 1) fake.write(web, full);
      await eventually('it to wait', () => raw.writableLength > 1024 * 1024);
      raw.resume();
      await eventually('it to go on', () => seen.length === 40 * (round + 1));
      raw.pause();
    }
    assert.ok(raw.listenerCount('close') <= before + 1, `${raw.listenerCount('close')} listeners`);
    raw.destroy();
    await sent;
  });
});

describe('times of Docker', () => {
  it('keep their nanoseconds and their zone', () => {
    assert.equal(inSeconds(nanoseconds('1970-01-01T00:00:01.000000009Z')), '1.000000009');
    assert.equal(nanoseconds('2026-01-02T03:04:05.5+02:00'), nanoseconds('2026-01-02T01:04:05.500000000Z'));
    assert.equal(nanoseconds(''), 0n);
  });
});
