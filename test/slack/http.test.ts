import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fastify, { type FastifyInstance } from 'fastify';
import { inSlack } from '../../src/domain/destination.ts';
import { takesLessThan } from '../support/soon.ts';
import { makeRig, type Rig, type RigOptions, withRig } from './support.ts';

const secret = 'test-signing-secret';

describe('events over HTTP', () => {
  let rig: Rig;
  let server: FastifyInstance;
  let base = '';

  beforeEach(async () => {
    rig = await makeRig({ fake: { ackTimeoutMs: 1_000 }, slack: { appToken: undefined, signingSecret: secret } });
    server = fastify();
    server.post('/echo', async (request) => ({ got: request.body }));
    assert.ok(rig.slack.plugin);
    await server.register(rig.slack.plugin);
    await server.listen({ port: 0, host: '127.0.0.1' });
    base = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    rig.fake.deliverTo({
      eventsUrl: `${base}/slack/events`,
      commandsUrl: `${base}/slack/commands`,
      interactiveUrl: `${base}/slack/interactive`,
    });
  });
  afterEach(async () => {
    await server.close();
    await rig.stop();
  });

  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${base}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const signed = (body: string, atS = Math.floor(Date.now() / 1000), key = secret) => ({
    'x-slack-request-timestamp': String(atS),
    'x-slack-signature': `v0=${createHmac('sha256', key).update(`v0:${atS}:${body}`).digest('hex')}`,
  });

  it('answers the challenge, and is healthy', async () => {
    assert.equal(await rig.fake.verifyEventsUrl(), true);
    assert.deepEqual(rig.slack.source.health(), { state: 'ok', detail: '@ultronex in Team T1, events over HTTP' });
    assert.equal(rig.fake.callsOf('apps.connections.open').length, 0);
  });

  it('hands a message on and acknowledges it; a reply goes the same way', async () => {
    const [delivery] = await rig.fake.say({ channel: 'C1', text: 'hello' }).delivered;
    assert.deepEqual(delivery?.statuses, [200]);
    const [event] = rig.events;
    assert.ok(event?.kind === 'message' && event.text === 'hello' && event.channelKind === 'channel');
  });

  it('fault 6: takes neither the past nor the future', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c' });
    const now = Math.floor(Date.now() / 1000);
    for (const [offset, status] of [
      [-290, 200],
      [290, 200],
      [-310, 401],
      [310, 401],
      [3_600, 401],
    ] as const) {
      assert.equal((await post('/slack/events', body, signed(body, now + offset))).status, status, `${offset} s`);
    }
  });

  it('takes nothing that Slack did not sign', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c' });
    const good = signed(body);
    const wrong: Record<string, string>[] = [
      {},
      signed(body, undefined, 'another secret'),
      signed(`${body} `),
      { ...good, 'x-slack-signature': 'v0=' },
      { ...good, 'x-slack-signature': good['x-slack-signature'].toUpperCase() },
      { ...good, 'x-slack-request-timestamp': 'NaN' },
      { ...good, 'x-slack-request-timestamp': `${good['x-slack-request-timestamp']}.0` },
      { 'x-slack-signature': good['x-slack-signature'] },
    ];
    for (const headers of wrong) assert.equal((await post('/slack/events', body, headers)).status, 401);
    for (const path of ['/slack/commands', '/slack/interactive']) assert.equal((await post(path, 'a=b')).status, 401);
    assert.deepEqual(rig.events, []);
  });

  it('says no to what it cannot read, and to what is too big', async () => {
    for (const body of ['{', '[]', 'null', '']) {
      assert.equal((await post('/slack/events', body, signed(body))).status, 400);
    }
    const form = 'payload=%7B';
    assert.equal((await post('/slack/interactive', form, signed(form))).status, 400);
    const big = 'x'.repeat(1024 * 1024 + 1);
    assert.equal((await post('/slack/events', big, signed(big))).status, 413);
  });

  it('leaves the bodies of other routes alone', async () => {
    const response = await post('/echo', '{"a":1}');
    assert.deepEqual(await response.json(), { got: { a: 1 } });
  });

  it('answers 503 while the event is not safe, and takes it when it comes again', async () => {
    let failures = 2;
    rig.handle = async () => {
      if (failures-- > 0) throw new Error('disk full');
      return { duplicate: false, reply: null };
    };
    const [delivery] = await rig.fake.say({ channel: 'C1', text: 'hello' }).delivered;
    assert.deepEqual(delivery?.statuses, [503, 503, 200]);
  });

  it('answers 503 in time when the pipeline hangs, and before it is started', async () => {
    rig.handle = () => new Promise(() => {});
    const body = JSON.stringify({ type: 'event_callback', event: { type: 'message' } });
    // Not a message that can be read: nothing to wait for.
    assert.equal((await post('/slack/events', body, signed(body))).status, 200);
    const said = JSON.stringify({
      type: 'event_callback',
      team_id: 'T1',
      event: { type: 'message', channel: 'C1', user: 'U1', text: 'x', ts: '1700000001.000100' },
    });
    await takesLessThan(1_500, async () => {
      const startedAt = Date.now();
      assert.equal((await post('/slack/events', said, signed(said))).status, 503);
      return Date.now() - startedAt;
    });

    await rig.slack.source.stop();
    assert.equal((await post('/slack/events', said, signed(said))).status, 503);
    assert.deepEqual(rig.slack.source.health(), { state: 'down', detail: 'not started' });
  });

  it('answers commands in the body and buttons by response_url', async () => {
    rig.handle = async () => ({ duplicate: false, reply: { text: 'tracking *panic*' } });
    const reply = await rig.fake.slashCommand({ text: 'forward panic' });
    assert.deepEqual(reply.body, { response_type: 'ephemeral', text: 'tracking *panic*' });

    const { ts } = rig.fake.say({ channel: 'C1', text: 'a card' });
    const pressed = await rig.fake.pressButton({ action_id: 'command:mute', value: 'mute 1h', channel: 'C1', ts });
    assert.equal(pressed.outcome, 200);
    await rig.fake.until(() => pressed.responses.length === 1);
    assert.equal(pressed.responses[0]?.body.text, 'tracking *panic*');
    const commands = rig.events.flatMap((event) => (event.kind === 'command' ? [event.text] : []));
    assert.deepEqual(commands, ['forward panic', 'mute 1h']);
  });

  it('counts app_rate_limited and acknowledges it; the same for the ssl check', async () => {
    const body = JSON.stringify({ type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: 1 });
    assert.equal((await post('/slack/events', body, signed(body))).status, 200);
    assert.ok(rig.errors.includes('Slack error : app_rate_limited'));
    const check = 'ssl_check=1';
    assert.equal((await post('/slack/commands', check, signed(check))).status, 200);
  });
});

describe('/slack/command', () => {
  const body = new URLSearchParams({
    command: '/heroku-status',
    team_id: 'T1',
    channel_id: 'C1',
    user_id: 'U1',
    text: 'shop',
    trigger_id: 't-1',
  }).toString();
  const sign = (key: string, atS = Math.floor(Date.now() / 1000)) => ({
    'x-slack-request-timestamp': String(atS),
    'x-slack-signature': `v0=${createHmac('sha256', key).update(`v0:${atS}:${body}`).digest('hex')}`,
  });

  async function withServer(
    slack: RigOptions['slack'],
    use: (post: (path: string, headers?: Record<string, string>) => Promise<Response>, rig: Rig) => Promise<void>,
  ): Promise<void> {
    await withRig({ slack }, async (rig) => {
      const server = fastify();
      await server.register(rig.slack.plugin);
      await server.listen({ port: 0, host: '127.0.0.1' });
      const { port } = server.server.address() as AddressInfo;
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      const post = (path: string, headers = {}) =>
        fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers: { ...type, ...headers } });
      await use(post, rig).finally(() => server.close());
    });
  }

  for (const [mode, slack] of [
    ['over HTTP', { appToken: undefined, signingSecret: secret }],
    ['in Socket Mode with a signing secret', { signingSecret: secret }],
  ] as const) {
    it(`takes a signed command ${mode}, and refuses any other`, () =>
      withServer(slack, async (post, rig) => {
        rig.handle = async () => ({ duplicate: false, reply: { text: 'shop is up' } });
        const answer = await post('/slack/command', sign(secret));
        assert.deepEqual(await answer.json(), { response_type: 'ephemeral', text: 'shop is up' });
        assert.deepEqual(
          rig.events.map((event) => event.kind === 'command' && event.text),
          ['heroku shop'],
        );
        for (const headers of [{}, sign('another secret'), sign(secret, 1_700_000_000)]) {
          assert.equal((await post('/slack/command', headers)).status, 401);
        }
        assert.equal(rig.events.length, 1);
      }));
  }

  it('without a signing secret refuses every command, and names the setting', () =>
    withServer({}, async (post, rig) => {
      const answer = await post('/slack/command', sign(secret));
      assert.equal(answer.status, 401);
      assert.match(await answer.text(), /without SLACK_SIGNING_SECRET: set it to the .*Signing Secret/);
      assert.deepEqual(rig.events, []);
    }));

  it('events and buttons have no route in Socket Mode', () =>
    withServer({ signingSecret: secret }, async (post) => {
      for (const path of ['events', 'commands', 'interactive']) {
        assert.equal((await post(`/slack/${path}`, sign(secret))).status, 404, path);
      }
    }));
});

it('with a bot token alone the program sends, opens no socket, and says so in the log and its health', () =>
  withRig({ slack: { appToken: undefined } }, async ({ fake, slack, log }) => {
    const { state, detail } = slack.source.health();
    assert.equal(state, 'ok');
    assert.match(detail, /^@ultronex in Team T1, sends only: set SLACK_APP_TOKEN or SLACK_SIGNING_SECRET/);
    assert.match(log.join(''), /neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set/);
    assert.equal(fake.callsOf('apps.connections.open').length, 0);
    const sent = await slack.sender.post({ deliveryId: 'd', team: 'T1', destination: inSlack('C1'), text: 'hello' });
    assert.equal(sent.kind, 'sent');
    assert.deepEqual(
      fake.botPosts.map(({ text }) => text),
      ['hello'],
    );
  }));
