import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeDocker } from '../fakes/docker/fake-docker.ts';
import type { Delivery } from '../fakes/slack/index.ts';
import { jarBrowser } from '../support/browser-jar.ts';
import { clientId, clientSecret, sealKey } from '../support/installations.ts';
import { startInstances } from '../support/instances.ts';
import { type Change, changes, hookFile, withoutStore } from '../support/outage-requests.ts';
import { freePort } from '../support/port.ts';
import { isPostgresInstalled, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type ApiAnswer, eventually, type Program, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

/** A request is answered so soon while the database is away, at least once in some rounds: other tests may hold anything up. */
const answerMs = 2_000;
/** The first time, there is one measurement only. A query itself is given up after 6 s. */
const firstMs = 3_500;
const atOnce = 4;
const rounds = { least: 2, most: 5 };
/** All works again so long after the database does. */
const recoveryMs = 5_000;
/** What the text of a refusal names. */
const reason = /database|the store of this server/i;

const probes = ['/readyz', '/readyz?for=proxy'];

const outages: Record<string, { begin(server: PostgresServer): unknown; end(server: PostgresServer): unknown }> = {
  hangs: { begin: (server) => server.freeze(), end: (server) => server.thaw() },
  'is killed': { begin: (server) => server.kill(), end: (server) => server.start() },
};

async function startSite(suite: { after(close: () => unknown): void }) {
  const server = await startPostgres({ fsync: true });
  suite.after(() => server.stop());
  const docker = await startFakeDocker();
  suite.after(() => docker.close());
  docker.add({ name: 'shop' });
  const home = tempDir(suite as never);
  for (const folder of ['hooks', 'data']) mkdirSync(join(home, folder));
  writeFileSync(join(home, 'hooks/all.yaml'), hookFile);
  const port = await freePort();
  const site = await startInstances(suite as never, server.url, 1, {
    slack: {
      teams: [{ id: 'T1' }, { id: 'T2' }],
      oauth: { clientId, clientSecret },
      // Slack's own, faster, and until the outage is over.
      retryDelaysMs: [100, 500, ...Array.from({ length: 60 }, () => 1_000)],
      ackTimeoutMs: 2_500,
    },
    env: {
      ...{ PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, HOOKS_DIR: join(home, 'hooks') },
      ...{ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, TOKEN_KEYS: sealKey('k1') },
      ...{ DOCKER_READ_URL: docker.url, DOCKER_ACT_URL: docker.url },
    },
  });
  const { slack, env } = site;
  const program = site.instances[0] as Program;
  const { SLACK_APP_TOKEN: _, ...common } = env as Record<string, string>;
  const otherPort = await freePort();
  const overHttp = await startProgram(suite as never, {
    dataDir: join(home, 'data'),
    env: {
      ...common,
      ...{ PORT: String(otherPort), PUBLIC_URL: `http://127.0.0.1:${otherPort}` },
      SLACK_SIGNING_SECRET: slack.signingSecret,
    },
  });

  let said = 0;
  /** Somebody says a text, which is tracked. @param url of the program that is told; absent: over Socket Mode */
  function say(text: string, url?: string) {
    said += 1;
    const ts = `${Math.floor(Date.now() / 1_000)}.${String(said).padStart(6, '0')}`;
    const message = { type: 'message', channel: 'C1', channel_type: 'channel', user: 'U2', text, ts, event_ts: ts };
    const eventId = `Ev-outage-${said}`;
    const state: { delivery: Delivery | null } = { delivery: null };
    void slack.sendEvent(message, { eventId, ...(url !== undefined && { url }) }).then((delivery) => {
      state.delivery = delivery;
    });
    return {
      text,
      ended: () => state.delivery,
      attempts: () => slack.attempts.filter((attempt) => attempt.eventId === eventId),
    };
  }
  const forwardsOf = (text: string) =>
    slack.botPosts.filter((post) => post.channel === 'DU1' && post.text.endsWith(text.replace('needle', '*needle*')));
  return { server, slack, program, overHttp, say, forwardsOf };
}

async function timed(program: Program, { method, path, body, headers }: Change): Promise<ApiAnswer & { ms: number }> {
  const began = performance.now();
  const answer = await program.api(method, path, body, headers);
  return { ...answer, ms: performance.now() - began };
}

if (!isPostgresInstalled()) console.log('# not run without PostgreSQL: an outage. npm run test:postgres runs it');
else {
  describe('the program while its PostgreSQL is away', { timeout: 240_000 }, async () => {
    const closing: (() => unknown)[] = [];
    after(async () => {
      for (const close of closing.reverse()) await close();
    });
    const { server, slack, program, overHttp, say, forwardsOf } = await startSite({
      after: (close) => void closing.push(close),
    });
    const eventsUrl = `${overHttp.url}/slack/events`;
    const { status } = await program.api('POST', '/ultronex/track', { pattern: 'needle', user: 'U1' });
    assert.equal(status, 201);

    const { body: document } = await program.api('GET', '/ultronex/openapi.json');
    const routes = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).flatMap((method) => (method === 'get' ? [] : [`${method.toUpperCase()} ${path}`])),
    );

    async function install(): Promise<void> {
      slack.oauth.decide({ team: 'T2' });
      const done = await jarBrowser().open(`${program.url}/slack/install?start=true`);
      assert.equal(done.status, 200, done.text);
    }

    it('right after the server hangs, requests of every kind get 503 with the reason', async (t) => {
      await install();
      const asked = Object.entries(await changes(program, 'first'));
      const needStore = routes.filter((route) => withoutStore[route] === undefined);
      const requested = asked.map(([route]) => route);
      assert.deepEqual(
        needStore.filter((route) => !requested.includes(route)),
        [],
        'routes without a request',
      );
      t.after(() => server.thaw());
      for (let at = 0; at < asked.length; at += atOnce) {
        // The program has connections that work, one for each request.
        await Promise.all(Array.from({ length: atOnce }, () => program.api('GET', '/ultronex/messages/x')));
        server.freeze();
        const answers = asked.slice(at, at + atOnce).map(async ([route, request]) => {
          const { status, body, ms } = await timed(program, request);
          const told = JSON.stringify(body);
          assert.ok(status === 503 && reason.test(told) && ms < firstMs, `${route}: ${status} in ${ms} ms, ${told}`);
        });
        await Promise.all(answers).finally(() => server.thaw());
      }
      await eventually('ready again', async () => (await program.api('GET', '/readyz')).status === 200);
    });

    /** Resolves when each request was refused in time in one of several rounds; rejects if one was not refused with the reason. */
    async function allRefused(asked: Record<string, Change>): Promise<number> {
      const fastest = new Map<string, number>();
      const wrong: string[] = [];
      const late = () => [...fastest].filter(([, ms]) => ms >= answerMs);
      for (let round = 1; round <= rounds.least || (late().length > 0 && round <= rounds.most); round += 1) {
        await Promise.all(
          Object.entries(asked).map(async ([route, request]) => {
            const { status, body, ms } = await timed(program, request);
            const told = JSON.stringify(body);
            if (status !== 503 || !reason.test(told)) wrong.push(`${route}: ${status} ${told}`);
            fastest.set(route, Math.min(ms, fastest.get(route) ?? Number.POSITIVE_INFINITY));
          }),
        );
      }
      assert.deepEqual(wrong, [], 'not refused with the reason');
      const inWords = late().map(([route, ms]) => `${route}: ${Math.round(ms)} ms`);
      assert.deepEqual(inWords, [], `not answered within ${answerMs} ms`);
      return Math.max(...fastest.values());
    }

    for (const [title, outage] of Object.entries(outages)) {
      it(`while the server ${title}, requests get 503 with the reason within 2 s, events stay with Slack; then all works and acts once`, async (t) => {
        await install();
        const asked = await changes(program, title.replace(' ', '-'));
        let isAway = true;
        // A server that hangs would not end.
        t.after(() => isAway && outage.end(server));
        await outage.begin(server);
        const events = [say(`a needle by socket, it ${title}`), say(`a needle by HTTP, it ${title}`, eventsUrl)];
        const slowest = await allRefused(asked);
        t.diagnostic(`the slowest request took ${Math.round(slowest)} ms`);
        for (const path of probes) {
          const told = await eventually(`${path} tells it`, async () => {
            const { status, body } = await program.api('GET', path);
            return status === 503 && body.reasons.join();
          });
          assert.match(told, /^store: .*database/);
        }
        // Made at most once in 5 s.
        const check: Change = { method: 'POST', path: '/ultronex/checks/shop/run' };
        await eventually('a check is made', async () => (await timed(program, check)).status === 200);
        await eventually('both events were tried twice', () => events.every(({ attempts }) => attempts().length >= 2));
        for (const { text, ended, attempts } of events) {
          assert.equal(ended(), null, `acknowledged: ${text}`);
          assert.ok(attempts().every(({ outcome }) => outcome !== 'acked' && outcome !== 200));
        }

        await outage.end(server);
        isAway = false;
        const returned = performance.now();
        await Promise.all([
          ...Object.entries(asked).map(([route, request]) =>
            eventually(`${route} works again`, async () => (await timed(program, request)).status < 500),
          ),
          ...probes.map((path) =>
            eventually(`${path} is well`, async () => (await program.api('GET', path)).status === 200),
          ),
          eventually('a message arrives', async () => {
            const text = `works again after it ${title}`;
            const headers = { 'idempotency-key': text };
            await program.api('POST', '/ultronex/slack', { msg: { channel: 'C2', text } }, headers);
            return slack.botPosts.some((post) => post.text === text);
          }),
        ]);
        const ms = performance.now() - returned;
        t.diagnostic(`works again ${Math.round(ms)} ms after the return`);
        assert.ok(ms < recoveryMs, `only after ${Math.round(ms)} ms`);
        for (const { text, ended } of events) {
          const delivery = await eventually(`acknowledged: ${text}`, ended);
          assert.equal(delivery.acked, true, delivery.statuses.join());
          await eventually(`acted: ${text}`, () => forwardsOf(text).length > 0);
        }
        // A second forward would be in the same lane as this one, before it.
        const last = say(`the last needle after it ${title}`);
        await eventually('the last one acted', () => forwardsOf(last.text).length > 0);
        await sleep(100);
        for (const { text } of events) assert.equal(forwardsOf(text).length, 1, text);
      });
    }
  });
}
