import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { WebSocketServer } from 'ws';
import { takesLessThan } from '../support/soon.ts';
import { eventually, makeRig, quick, type Rig, withRig } from './support.ts';

const connected = (rig: Rig) => rig.slack.source.health().state === 'ok';
const closedOnes = (rig: Rig) => rig.errors.filter((text) => text === 'Slack error : remote closed').length;

describe('Socket Mode', () => {
  it('opens two sockets and hands on what comes over either', () =>
    withRig({}, async (rig) => {
      assert.equal(rig.fake.sockets.count, 2);
      assert.deepEqual(rig.slack.source.health(), {
        state: 'ok',
        detail: '@ultronex in Team T1, 2 of 2 sockets connected',
      });
      const said = Array.from({ length: 10 }, (_, i) => rig.fake.say({ channel: 'C1', text: `hello ${i}` }));
      for (const { delivered } of said) assert.deepEqual((await delivered)[0]?.statuses, ['acked']);
      assert.equal(rig.events.length, 10);
      assert.equal(new Set(rig.fake.attempts.map((attempt) => attempt.connection)).size, 2);
      assert.deepEqual(rig.errors, []);
    }));

  it('acknowledges only what the pipeline has; the rest comes again', () =>
    withRig({ fake: { ackTimeoutMs: 500 } }, async (rig) => {
      let failures = 2;
      rig.handle = async () => {
        if (failures-- > 0) throw new Error('disk full');
        return { duplicate: false, reply: null };
      };
      const [delivery] = await rig.fake.say({ channel: 'C1', text: 'hello' }).delivered;
      assert.deepEqual(delivery?.statuses, ['timeout', 'timeout', 'acked']);
      const [first, ...again] = rig.events.map((event) => event.key);
      assert.deepEqual(again, [first, first]);
    }));

  it('fault 3: a refresh of both sockets at once costs no event and no retry', () =>
    // The SDK alone takes 5 s.
    takesLessThan(3_000, async () => {
      let tookMs = 0;
      await withRig({ fake: { ackTimeoutMs: 10_000 } }, async (rig) => {
        rig.fake.sockets.disconnect('refresh_requested', { graceMs: 500 });
        // What comes over a socket that is opened only now was never lost in a gap.
        const startedAt = Date.now();
        while ((rig.fake.attempts.at(-1)?.connection ?? 0) <= 2) {
          await rig.fake.say({ channel: 'C1', text: 'meanwhile' }).delivered;
        }
        tookMs = Date.now() - startedAt;
        await eventually(() => closedOnes(rig) === 2 && rig.fake.sockets.count === 2, 'both renewed');
        assert.equal(rig.slack.source.health().state, 'ok');
        assert.ok(rig.fake.attempts.every((attempt) => attempt.outcome === 'acked'));
      });
      return tookMs;
    }));

  it('fault 3: while one socket is renewed the other takes the events, at once', () =>
    withRig({}, async (rig) => {
      rig.fake.sockets.disconnect('warning', { howMany: 1, graceMs: 200 });
      const [delivery] = await rig.fake.say({ channel: 'C1', text: 'meanwhile' }).delivered;
      assert.deepEqual(delivery?.statuses, ['acked']);
      assert.equal(rig.slack.source.health().state, 'ok', 'the old one stays until the new one is there');
      await eventually(() => rig.fake.sockets.count === 2 && closedOnes(rig) === 1, 'a successor');
    }));

  it('counts closed sockets and comes back after an outage', () =>
    withRig({}, async (rig) => {
      const outage = rig.fake.sockets.refuse(60_000);
      await eventually(() => rig.slack.source.health().state === 'down', 'down');
      await eventually(() => rig.errors.includes('Slack error : HTTP 503'), 'a failed attempt');
      assert.match(rig.slack.source.health().detail, /0 of 2 sockets connected: HTTP 503$/);
      assert.equal(closedOnes(rig), 2);
      const meanwhile = rig.fake.say({ channel: 'C1', text: 'meanwhile' });
      outage.end();
      await eventually(() => connected(rig), 'up again');
      const [delivery] = await meanwhile.delivered;
      assert.equal(delivery?.acked, true);
      assert.equal(rig.events.length, 1);
    }));

  it('one of two is degraded', () =>
    withRig({ slack: { timings: { retryFirstMs: 60_000 } } }, async (rig) => {
      rig.fake.sockets.disconnect('link_disabled', { howMany: 1 });
      await eventually(() => rig.slack.source.health().state === 'degraded', 'degraded');
      assert.match(rig.slack.source.health().detail, /1 of 2 sockets connected/);
    }));

  it('fault 4: app_rate_limited and other strange envelopes end neither the process nor the socket', () =>
    withRig({}, async (rig) => {
      const strange = [
        { type: 'events_api', envelope_id: 'e1', payload: { type: 'app_rate_limited', team_id: 'T1' } },
        { type: 'events_api', envelope_id: 'e2' },
        { type: 'events_api', envelope_id: 'e3', payload: { event: null } },
        { type: 'interactive', envelope_id: 'e4', payload: 'x' },
        { type: 'disconnect_me_not', envelope_id: 7 },
        'null',
        '[]',
        '{"type":"disc',
      ];
      for (const envelope of strange) rig.fake.sockets.sendRaw(envelope, { all: true });
      await eventually(() => rig.errors.includes('Slack error : app_rate_limited'), 'counted');
      const [delivery] = await rig.fake.say({ channel: 'C1', text: 'still here' }).delivered;
      assert.deepEqual(delivery?.statuses, ['acked']);
      assert.equal(rig.fake.sockets.count, 2);
      assert.equal(closedOnes(rig), 0);
    }));

  for (const error of ['account_inactive', 'invalid_auth'] as const) {
    it(`fault 5: ${error} on a reconnect ends nothing; it is tried again, more slowly`, () =>
      withRig({}, async (rig) => {
        rig.fake.setAppTokenState(error);
        const asked = rig.fake.callsOf('apps.connections.open').length;
        rig.fake.sockets.closeAll();
        await eventually(() => rig.fake.callsOf('apps.connections.open').length >= asked + 4, 'two attempts each');
        const { state, detail } = rig.slack.source.health();
        assert.equal(state, 'down');
        assert.match(detail, new RegExp(`0 of 2 sockets connected: ${error}$`));
        assert.ok(rig.errors.includes(`Slack error : ${error}`));

        rig.fake.setAppTokenState('ok');
        await eventually(() => connected(rig), 'up again');
      }));
  }

  it('fault 9: stop waits until the sockets are closed, and takes nothing more', async () => {
    const rig = await makeRig({});
    await rig.slack.source.stop();
    await rig.fake.waitForSockets(0, 50);
    assert.deepEqual(rig.slack.source.health(), { state: 'down', detail: 'not started' });
    assert.equal(closedOnes(rig), 0, 'what we close ourselves is no error');
    await rig.fake.stop();
  });

  it('fault 9: what is being worked on at stop is still acknowledged', async () => {
    const rig = await makeRig({});
    let finish = () => {};
    rig.handle = () => new Promise((resolve) => (finish = () => resolve({ duplicate: false, reply: null })));
    const said = rig.fake.say({ channel: 'C1', text: 'just in time' });
    await eventually(() => rig.events.length === 1, 'the event');
    const stopped = rig.slack.source.stop();
    finish();
    await stopped;
    assert.deepEqual((await said.delivered)[0]?.statuses, ['acked']);
    await rig.fake.stop();
  });

  it('can be started again after a stop', () =>
    withRig({}, async (rig) => {
      await rig.slack.source.stop();
      await rig.slack.source.start(async (event) => {
        rig.events.push(event);
        return { duplicate: false, reply: null };
      });
      assert.equal(rig.fake.sockets.count, 2);
      await rig.fake.say({ channel: 'C1', text: 'again' }).delivered;
      assert.equal(rig.events.length, 1);
    }));

  it('a socket that answers no ping is replaced without a word from Slack', () =>
    withRig({ slack: { timings: { pongMs: 500 } } }, async (rig) => {
      const asked = rig.fake.callsOf('apps.connections.open').length;
      rig.fake.sockets.freeze(1);
      await eventually(() => closedOnes(rig) === 1, 'given up', 20_000);
      await eventually(() => rig.fake.callsOf('apps.connections.open').length === asked + 1, 'another one');
      await eventually(() => connected(rig), 'two of two');
    }));

  it('silent sockets stay open; both are replaced, one after the other, and events arrive again', () =>
    withRig({ fake: { ackTimeoutMs: 40, retryDelaysMs: [0, 400, 5_000] } }, async (rig) => {
      rig.fake.sockets.silence();
      const [delivery] = [rig.fake.say({ channel: 'C1', text: 'hello' }).delivered];
      await eventually(() => rig.fake.attempts.length === 2, 'two attempts that nobody heard');
      assert.equal(rig.events.length, 0);
      assert.equal(rig.slack.source.health().state, 'ok', 'the sockets look well');
      const most = { open: 0, asked: rig.fake.callsOf('apps.connections.open').length };
      assert.equal(rig.slack.renewSockets(), true);
      await eventually(() => {
        most.open = Math.max(most.open, rig.fake.sockets.count);
        return rig.fake.callsOf('apps.connections.open').length === most.asked + 2 && rig.fake.sockets.count === 2;
      }, 'two other sockets');
      assert.ok(most.open <= 4, `${most.open} at once`);
      assert.deepEqual((await delivery)?.[0]?.statuses, ['timeout', 'timeout', 'acked']);
      assert.equal(rig.events.length, 1);
      assert.equal(closedOnes(rig), 0, 'what we close ourselves is no error');
      const { state, detail } = rig.slack.source.health();
      assert.equal(state, 'ok');
      assert.match(
        detail,
        /2 of 2 sockets connected; silent sockets were replaced once, last at [-\d]+ \d\d:\d\d UTC$/,
      );
      assert.ok(rig.log.some((line) => line.includes('open sockets deliver nothing')));
    }));

  it('one silent socket of two: events arrive by the other, and one renewal at a time replaces both', () =>
    withRig({ fake: { ackTimeoutMs: 40, retryDelaysMs: [0, 50] } }, async (rig) => {
      rig.fake.sockets.silence(1);
      const said = [1, 2].map((each) => rig.fake.say({ channel: 'C1', text: `hello ${each}` }));
      for (const { delivered } of said) assert.equal((await delivered)[0]?.acked, true);
      const asked = rig.fake.callsOf('apps.connections.open').length;
      rig.slack.renewSockets();
      rig.slack.renewSockets();
      await eventually(() => rig.fake.callsOf('apps.connections.open').length === asked + 2, 'two other sockets');
      await rig.fake.waitForSockets(2);
      const [delivery] = await rig.fake.say({ channel: 'C1', text: 'again' }).delivered;
      assert.deepEqual(delivery?.statuses, ['acked']);
      assert.equal(rig.fake.callsOf('apps.connections.open').length, asked + 2);
    }));

  it('a renewal while Slack opens no socket keeps the old ones until it does', () =>
    withRig({}, async (rig) => {
      rig.fake.faults.add({ method: 'apps.connections.open', kind: 'status', status: 503, times: 3 });
      rig.slack.renewSockets();
      await eventually(() => rig.errors.length === 3, 'three attempts');
      assert.ok(rig.fake.sockets.count >= 2);
      await eventually(() => rig.fake.callsOf('apps.connections.open').length === 2 + 3 + 2, 'two other sockets');
      await eventually(() => rig.fake.sockets.count === 2 && connected(rig), 'the old ones closed');
    }));

  it('a stop in the middle of a renewal ends', () =>
    withRig({ start: true }, async (rig) => {
      rig.fake.faults.add({
        ...{ method: 'apps.connections.open', kind: 'status', status: 503 },
        times: Number.POSITIVE_INFINITY,
      } as never);
      rig.slack.renewSockets();
      await eventually(() => rig.errors.length > 0, 'an attempt');
      await rig.slack.source.stop();
      await rig.fake.waitForSockets(0);
    }));

  it('starts without Slack and comes up by itself', () =>
    withRig({ start: false }, async (rig) => {
      const faults = ['status', 'error', 'drop', 'html'] as const;
      for (const kind of faults) {
        rig.fake.faults.add({ method: 'auth.test', kind, status: 500, error: 'invalid_auth' } as never);
      }
      await rig.slack.source.start(async () => ({ duplicate: false, reply: null }));
      assert.equal(rig.slack.source.health().state, 'down');
      assert.match(rig.slack.source.health().detail, /^Slack was not reached yet: HTTP 500$/);
      await eventually(() => connected(rig), 'connected');
      rig.fake.faults.expectAllFaultsHit();
      assert.equal(rig.slack.identity()?.botUser, 'UBOT');
    }));

  it('waits as long as Slack says before it asks for a socket again', () =>
    withRig({ start: false }, async (rig) => {
      rig.fake.faults.add({ method: 'apps.connections.open', kind: 'status', status: 429, retryAfterS: 1 });
      await rig.slack.source.start(async () => ({ duplicate: false, reply: null }));
      assert.equal(rig.slack.source.health().state, 'degraded');
      await eventually(() => connected(rig), 'the second socket');
      const [first, , third] = rig.fake.callsOf('apps.connections.open').map((call) => call.at);
      assert.ok(Number(third) - Number(first) >= 990);
    }));
});

/** A Slack that opens sockets and then does what a test wants; the fake's are too well behaved for this. */
async function stubbornSlack(onSocket: 'no upgrade' | 'no hello' | 'no close', openMs = 0) {
  const upgraded = new Set<Duplex>();
  let named = 0;
  let port = 0;
  const server = createServer(async (req, res) => {
    if (req.url?.endsWith('connections.open')) {
      await new Promise((resolve) => setTimeout(resolve, openMs));
      named += 1;
    }
    const me = { ok: true, team_id: 'T1', user_id: 'UBOT', team: 'T', user: 'u', url: 'https://t.slack.com/' };
    const opened = { ok: true, url: `ws://127.0.0.1:${port}/link` };
    const body = req.url?.endsWith('auth.test') ? me : req.url?.endsWith('connections.open') ? opened : { ok: true };
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    upgraded.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => upgraded.delete(socket));
    if (onSocket === 'no upgrade') return;
    sockets.handleUpgrade(req, socket, head, (ws) => {
      if (onSocket === 'no close') {
        ws.send('{"type":"hello"}');
        // Reads nothing from now on, the close frame neither.
        ws.pause();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    /** How many addresses of sockets it named, and how many sockets are still there. */
    sockets: () => ({ named, open: upgraded.size }),
    stop() {
      for (const ws of sockets.clients) ws.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('sockets that hang', () => {
  for (const fault of ['no upgrade', 'no hello'] as const) {
    it(`${fault}: given up after the time-out and tried again`, async () => {
      const stubborn = await stubbornSlack(fault);
      const rig = await makeRig({ slack: { apiUrl: stubborn.apiUrl, timings: { connectMs: 60 } } });
      await eventually(() => rig.errors.filter((text) => text === 'Slack error : timeout').length >= 4, 'two rounds');
      assert.match(rig.slack.source.health().detail, /0 of 2 sockets connected: timeout$/);
      await rig.stop();
      stubborn.stop();
    });
  }

  it('an address that comes after the time-out: its socket is closed again, also when there is no upgrade', async () => {
    const stubborn = await stubbornSlack('no upgrade', 90);
    const rig = await makeRig({ slack: { apiUrl: stubborn.apiUrl, timings: { connectMs: 40 } } });
    await eventually(() => stubborn.sockets().named >= 6, 'addresses that nobody waits for');
    await rig.stop();
    await eventually(() => stubborn.sockets().open === 0, 'none stays open');
    stubborn.stop();
  });

  it('fault 9: stop ends within its time although the other side never answers the close', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await takesLessThan(Number(quick.stopMs) + 200, async () => {
      const stubborn = await stubbornSlack('no close');
      const rig = await makeRig({ slack: { apiUrl: stubborn.apiUrl } });
      assert.equal(rig.slack.source.health().state, 'ok');
      const startedAt = Date.now();
      await rig.stop();
      const tookMs = Date.now() - startedAt;
      // A third of the time for the close, and then by force.
      assert.ok(tookMs >= Number(quick.stopMs) / 3 - 5, `${tookMs} ms`);
      assert.ok(timers() <= before, 'nothing keeps the process alive');
      stubborn.stop();
      return tookMs;
    });
  });
});
