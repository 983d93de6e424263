import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import bolt from '@slack/bolt';
import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { WebSocket as WebSocketOfNode } from 'ws';
import type { FakeSlack, FakeSlackOptions } from './index.ts';
import { startFakeSlack } from './index.ts';

/** The fake is worth something only if Slack's own clients take it for Slack: everything here goes through them. */

async function withSlack(options: FakeSlackOptions, use: (slack: FakeSlack) => Promise<void>): Promise<void> {
  const slack = await startFakeSlack(options);
  try {
    await use(slack);
  } finally {
    await slack.stop();
  }
}

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

function webClient(slack: FakeSlack, token = slack.team().botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 2000,
    logger: silent,
  });
}

const socketClient = (slack: FakeSlack) =>
  new SocketModeClient({
    appToken: slack.appToken,
    clientPingTimeout: 200,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });

const platformError = (code: string) => (error: { data?: { error?: string } }) => error.data?.error === code;

describe('Web API through WebClient', () => {
  let slack: FakeSlack;
  let web: WebClient;
  before(async () => {
    slack = await startFakeSlack();
    web = webClient(slack);
  });
  after(() => slack.stop());

  it('says who the bot is and what it may do', async () => {
    const me = await web.auth.test();
    assert.deepEqual([me.team_id, me.user_id, me.bot_id], ['T1', 'UBOT', 'BBOT']);
    assert.ok(me.response_metadata?.scopes?.includes('chat:write'));
  });

  it('posts to an id, a name and a person, and keeps all of it', async () => {
    const metadata = { event_type: 'ultronex_delivery', event_payload: { id: 'd1' } };
    const byId = await web.chat.postMessage({ channel: 'C1', text: 'by id', metadata });
    await web.chat.postMessage({ channel: '#ops', text: 'by name', thread_ts: byId.ts });
    const direct = await web.chat.postMessage({ channel: 'U1', text: 'to ada' });
    assert.equal(direct.channel, 'DU1');
    const seen = slack.botPosts.map((post) => [post.channel, post.text]);
    assert.deepEqual(seen, [
      ['C1', 'by id'],
      ['C2', 'by name'],
      ['DU1', 'to ada'],
    ]);
    const history = await web.conversations.history({ channel: 'C1', include_all_metadata: true });
    assert.deepEqual(history.messages?.[0]?.metadata, metadata);
  });

  it('refuses what Slack refuses', async () => {
    const refused: [string, Record<string, unknown>][] = [
      ['channel_not_found', { channel: 'C404', text: 'x' }],
      ['channel_not_found', { channel: 'C6', text: 'a private channel without the bot' }],
      ['is_archived', { channel: 'C4', text: 'x' }],
      ['not_in_channel', { channel: 'C5', text: 'x' }],
      ['no_text', { channel: 'C1' }],
      [
        'invalid_blocks',
        { channel: 'C1', text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] },
      ],
      ['invalid_blocks', { channel: 'C1', text: 'x', blocks: Array(51).fill({ type: 'divider' }) }],
    ];
    for (const [code, args] of refused) {
      await assert.rejects(web.apiCall('chat.postMessage', args), platformError(code), code);
    }
    await assert.rejects(web.apiCall('no.such'), platformError('unknown_method'));
    await assert.rejects(webClient(slack, 'xoxb-wrong').auth.test(), platformError('invalid_auth'));
    const long = await web.chat.postMessage({ channel: 'C1', text: 'x'.repeat(40_001) });
    assert.deepEqual(long.response_metadata?.warnings, ['message_truncated']);
  });

  it('keeps attachments with blocks until an empty list, and posts a reply to a deleted message into the channel', async () => {
    const attachments = [{ color: '#d92d20', blocks: [{ type: 'divider' }] }];
    const { ts = '' } = await web.chat.postMessage({ channel: 'C1', text: 'x', attachments, link_names: true });
    const post = slack.posts.find((one) => one.ts === ts);
    assert.deepEqual([post?.attachments, post?.link_names], [attachments, true]);
    await web.chat.update({ channel: 'C1', ts, text: 'y' });
    assert.deepEqual(post?.attachments, attachments);
    await web.chat.update({ channel: 'C1', ts, text: 'y', attachments: [] });
    assert.equal(post?.attachments, undefined);
    const bad = [{ color: '#d92d20', blocks: [{ type: 'section' as const }] }];
    await assert.rejects(
      web.chat.postMessage({ channel: 'C1', text: 'x', attachments: bad }),
      platformError('invalid_blocks'),
    );

    const reply = () => web.chat.postMessage({ channel: 'C1', thread_ts: ts, text: 'r', reply_broadcast: true });
    const inThread = await reply();
    assert.equal(inThread.message?.thread_ts, ts);
    assert.equal(slack.posts.at(-1)?.reply_broadcast, true);
    await web.chat.delete({ channel: 'C1', ts });
    assert.equal((await reply()).message?.thread_ts, undefined);
    assert.equal(slack.posts.at(-1)?.reply_broadcast, undefined);
  });

  it('pages through channels, and shows private ones only with the bot in them', async () => {
    const names: unknown[] = [];
    for await (const page of web.paginate('conversations.list', {
      types: 'public_channel,private_channel',
      limit: 2,
    })) {
      names.push(...(page as unknown as { channels: { name: string }[] }).channels.map((channel) => channel.name));
    }
    assert.deepEqual(names, ['general', 'ops', 'secret', 'attic', 'strangers']);
  });

  it('edits, reacts, links, joins', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: 'C1', text: 'draft' });
    await web.chat.update({ channel: 'C1', ts, text: 'final' });
    await web.reactions.add({ channel: 'C1', timestamp: ts, name: 'eyes' });
    const again = web.reactions.add({ channel: 'C1', timestamp: ts, name: 'eyes' });
    await assert.rejects(again, platformError('already_reacted'));
    const { permalink } = await web.chat.getPermalink({ channel: 'C1', message_ts: ts });
    assert.equal(permalink, `https://team-t1.slack.com/archives/C1/p${ts.replace('.', '')}`);
    assert.equal(slack.botPosts.at(-1)?.text, 'final');
    await web.conversations.join({ channel: 'C5' });
    await web.chat.postMessage({ channel: 'C5', text: 'now I may' });
    await web.chat.delete({ channel: 'C1', ts });
    assert.equal(
      slack.botPosts.some((post) => post.ts === ts),
      false,
    );
  });

  it('uploads a file into a thread and gives it back only with the token', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel: 'C1', text: 'see the thread' });
    await web.filesUploadV2({ channel_id: 'C1', thread_ts: ts, filename: 'a.txt', file: Buffer.from('hällo') });
    const post = slack.botPosts.at(-1);
    assert.deepEqual([post?.thread_ts, post?.files?.[0]?.content?.toString()], [ts, 'hällo']);
    const { file } = await web.files.info({ file: post?.files?.[0]?.id ?? '' });
    const url = file?.url_private_download ?? '';
    const good = await fetch(url, { headers: { authorization: `Bearer ${slack.team().botToken}` } });
    assert.equal(await good.text(), 'hällo');
    const login = await fetch(url);
    assert.equal(login.status, 200);
    assert.match(login.headers.get('content-type') ?? '', /html/);
    const named = web.files.completeUploadExternal({ files: [{ id: 'F0' }], channel_id: '#general' });
    await assert.rejects(named, platformError('channel_not_found'));
  });
});

describe('limits and faults', () => {
  it('answers 429 with Retry-After past one message per second and channel', async () => {
    let nowMs = 1_800_000_000_000;
    await withSlack({ limits: { perChannelPerSecond: 1, burst: 2 }, now: () => nowMs }, async (slack) => {
      const web = webClient(slack);
      const post = (channel: string) => web.chat.postMessage({ channel, text: 'x' });
      await post('C1');
      await post('#general');
      await assert.rejects(post('C1'), (error: { retryAfter?: number }) => error.retryAfter === 1);
      await post('C2');
      nowMs += 1000;
      await post('C1');
      assert.deepEqual(
        slack.callsOf('chat.postMessage').map((call) => call.status),
        [200, 200, 429, 200, 200],
      );
    });
  });

  it('strikes as told, and knows which faults never did', async () => {
    await withSlack({}, async (slack) => {
      const web = webClient(slack);
      const method = 'chat.postMessage';
      const post = (text: string) => web.chat.postMessage({ channel: 'C1', text });
      const hidden = slack.faults.add({ method, channel: '#general', kind: 'drop-after' });
      await assert.rejects(post('done, answer lost'));
      assert.deepEqual([hidden.hits, slack.botPosts.length], [1, 1]);
      slack.faults.add({ method, kind: 'drop' });
      await assert.rejects(post('never done'));
      assert.equal(slack.botPosts.length, 1);
      slack.faults.add({ method, kind: 'status', status: 500 });
      await assert.rejects(post('x'), (error: { statusCode?: number }) => error.statusCode === 500);
      slack.faults.add({ method, kind: 'error', error: 'fatal_error' });
      await assert.rejects(post('x'), platformError('fatal_error'));
      slack.faults.add({ method, kind: 'html' });
      await assert.rejects(post('x'));
      slack.faults.expectAllFaultsHit();
      slack.faults.add({ method: 'users.info', kind: 'timeout-after' });
      assert.throws(() => slack.faults.expectAllFaultsHit(), /users\.info/);
      slack.setTokenState('account_inactive');
      await assert.rejects(post('x'), platformError('account_inactive'));
    });
  });
});

describe('Socket Mode', () => {
  it('serves a Bolt app: message, mention, thread, command, button, response_url', async () => {
    await withSlack({}, async (slack) => {
      const app = new bolt.App({
        token: slack.team().botToken,
        appToken: slack.appToken,
        socketMode: true,
        logger: silent,
        clientOptions: { slackApiUrl: slack.apiUrl },
      });
      app.message('deploy', async ({ message, say }) => {
        await say({ text: 'in thread', thread_ts: message.ts });
      });
      app.event('app_mention', async ({ event, client }) => {
        await client.reactions.add({ channel: event.channel, timestamp: event.ts, name: 'wave' });
      });
      app.command('/ultronex', async ({ ack, respond, command }) => {
        await ack(`heard ${command.text}`);
        await respond({ text: 'later', response_type: 'in_channel' });
      });
      app.action('stop', async ({ ack, respond }) => {
        await ack();
        await respond({ text: 'stopped', replace_original: true });
      });
      await app.start();

      const said = slack.say({ channel: 'C3', user: 'U2', text: '<@UBOT> deploy failed' });
      const [reply] = await slack.waitForPosts(1);
      assert.deepEqual([reply?.text, reply?.thread_ts, reply?.channel], ['in thread', said.ts, 'C3']);
      await slack.until(() => slack.posts[0]?.reactions[0]?.name === 'wave');
      assert.deepEqual(
        (await said.delivered).map((delivery) => delivery.statuses),
        [['acked'], ['acked']],
      );
      assert.equal(new Set(said.eventIds).size, 2);

      const answer = await slack.slashCommand({ text: 'list', user: 'U1', channel: 'C1' });
      assert.equal(answer.text, 'heard list');
      await slack.until(() => answer.responses.length === 1);
      assert.equal(slack.botPosts.at(-1)?.text, 'later');

      const button = { type: 'button', action_id: 'stop', text: { type: 'plain_text', text: 'Stop' } } as const;
      const blocks = [{ type: 'actions', elements: [button] }];
      const { ts = '' } = await app.client.chat.postMessage({ channel: 'C1', text: 'running', blocks });
      const pressed = await slack.pressButton({ action_id: 'stop', value: 's1', user: 'U1', channel: 'C1', ts });
      assert.equal(pressed.acked, true);
      await slack.until(() => slack.posts.find((post) => post.ts === ts)?.text === 'stopped');
      await app.stop();
    });
  });

  it('retries without an ack: same event_id, new envelope', async () => {
    await withSlack({ ackTimeoutMs: 20, retryDelaysMs: [1, 1] }, async (slack) => {
      const client = socketClient(slack);
      const seen: (number | undefined)[] = [];
      client.on('message', ({ ack, retry_num }) => {
        seen.push(retry_num);
        if (seen.length === 3) void ack();
      });
      await client.start();
      const [delivery] = await slack.say({ channel: 'C1', text: 'hello' }).delivered;
      assert.deepEqual(delivery?.statuses, ['timeout', 'timeout', 'acked']);
      assert.deepEqual(seen, [0, 1, 2]);
      assert.equal(new Set(slack.attempts.map((attempt) => attempt.eventId)).size, 1);
      assert.equal(new Set(slack.attempts.map((attempt) => attempt.envelopeId)).size, 3);
      await client.disconnect();
    });
  });

  it('queues while nobody listens, and shares envelopes between connections', async () => {
    await withSlack({}, async (slack) => {
      const early = slack.say({ channel: 'U1', text: 'anyone?' });
      const clients = [socketClient(slack), socketClient(slack)];
      const retries: (number | undefined)[] = [];
      for (const client of clients) {
        client.on('message', ({ ack, retry_num }) => {
          retries.push(retry_num);
          void ack();
        });
        await client.start();
      }
      await early.delivered;
      assert.deepEqual(retries, [1]);
      const more = [1, 2, 3, 4].map((n) => slack.say({ channel: 'C1', text: `n${n}`, redeliver: n === 4 }));
      const [last] = (await Promise.all(more.map((one) => one.delivered))).at(-1) ?? [];
      assert.deepEqual(last?.statuses, ['acked', 'acked']);
      assert.deepEqual(new Set(slack.attempts.slice(1).map((attempt) => attempt.connection)), new Set([1, 2]));
      slack.sockets.sendRaw('not json', { all: true });
      slack.sockets.sendRaw({ type: 'hello_from_the_future' }, { all: true });
      slack.sockets.disconnect('refresh_requested', { howMany: 1 });
      await slack.waitForSockets(1);
      await slack.waitForSockets(2);
      const outage = slack.sockets.refuse(60_000);
      assert.equal(slack.sockets.count, 2);
      await slack.waitForSockets(0);
      outage.end();
      await slack.waitForSockets(2);
      // An ack from each proves that the clients know they are connected: their disconnect() rejects before that.
      await Promise.all([1, 2].map((n) => slack.say({ channel: 'C1', text: `back ${n}` }).delivered));
      await Promise.all(clients.map((client) => client.disconnect()));
    });
  });

  it('takes ten connections and tells the eleventh to go, and takes a ticket once', async () => {
    await withSlack({}, async (slack) => {
      const ask = () => webClient(slack, slack.appToken).apps.connections.open();
      const url = (await ask()).url ?? '';
      const firstMessage = (address: string) =>
        new Promise<{ type: string; reason?: string }>((resolve, reject) => {
          const socket = new WebSocketOfNode(address);
          socket.on('message', (data) => resolve(JSON.parse(data.toString())));
          socket.on('error', reject);
        });
      assert.equal((await firstMessage(url)).type, 'hello');
      await assert.rejects(firstMessage(url), /401/);
      for (let n = 2; n <= 10; n += 1) await firstMessage((await ask()).url ?? '');
      assert.equal((await firstMessage((await ask()).url ?? '')).reason, 'too_many_websockets');
      assert.equal(slack.sockets.count, 10);
    });
  });
});

describe('signed HTTP', () => {
  it('sends events, commands and buttons whose signature an own check accepts, and retries with a reason', async () => {
    await withSlack({ signingSecret: 's3cret', retryDelaysMs: [0, 0] }, async (slack) => {
      const got: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
      let failures = 1;
      const app = createServer(async (req, res) => {
        const chunks: Buffer[] = [];
        for await (const chunk of req) chunks.push(chunk);
        const body = Buffer.concat(chunks).toString();
        const base = `v0:${req.headers['x-slack-request-timestamp']}:${body}`;
        const good =
          `v0=${createHmac('sha256', 's3cret').update(base).digest('hex')}` === req.headers['x-slack-signature'];
        got.push({ url: req.url ?? '', headers: req.headers, body });
        failures -= 1;
        res.statusCode = good ? (failures >= 0 ? 503 : 200) : 401;
        if (!good) res.setHeader('x-slack-no-retry', '1');
        res.end(body.includes('challenge') ? body : req.url === '/commands' ? '{"text":"ok"}' : '');
      });
      await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
      const at = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
      slack.deliverTo({
        eventsUrl: `${at}/events`,
        commandsUrl: `${at}/commands`,
        interactiveUrl: `${at}/interactive`,
      });

      const [delivery] = await slack.uploadFile({ channel: 'C1', name: 'log.txt', content: 'boom' }).delivered;
      assert.deepEqual(delivery?.statuses, [503, 200]);
      assert.deepEqual(
        [got[1]?.headers['x-slack-retry-num'], got[1]?.headers['x-slack-retry-reason']],
        ['1', 'http_error'],
      );
      assert.equal(JSON.parse(got[1]?.body ?? '{}').event.files[0].size, 4);
      assert.equal(await slack.verifyEventsUrl(), true);
      assert.equal((await slack.slashCommand({ text: 'add x' })).text, 'ok');
      assert.equal((await slack.pressButton({ action_id: 'a', channel: 'C1', ts: '1.000001' })).acked, true);
      assert.deepEqual(new Set(got.map((one) => one.url)), new Set(['/events', '/commands', '/interactive']));
      const forged = await slack.sendEvent({ type: 'message' }, { signing: { secret: 'guess' } });
      assert.deepEqual(forged.statuses, [401]);
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
    });
  });
});

describe('modals', () => {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const element = { type: 'plain_text_input', action_id: 'v' };
  const input = { type: 'input', block_id: 'a', label: plain('A'), element };
  const view = { type: 'modal', callback_id: 'c', title: plain('T'), submit: plain('Go'), blocks: [input] };
  const open = (slack: FakeSlack, trigger_id: string, more: object = {}) =>
    webClient(slack).apiCall('views.open', { trigger_id, view: { ...view, ...more } });

  /** A client that keeps what it is sent, and acknowledges slash commands alone. */
  async function listening(slack: FakeSlack) {
    const client = socketClient(slack);
    const triggers: string[] = [];
    client.on('slash_commands', ({ ack, body }) => {
      triggers.push(body.trigger_id);
      void ack();
    });
    await client.start();
    return {
      trigger: async () => {
        await slack.slashCommand({ text: 'x', user: 'U2' });
        return triggers.at(-1) ?? '';
      },
      stop: () => client.disconnect(),
    };
  }

  it('a trigger opens one modal, within 3 s, that keeps to the limits', async () => {
    let now = 1_000_000;
    await withSlack({ now: () => now }, async (slack) => {
      const client = await listening(slack);
      const first = await client.trigger();
      const wrong = [
        { title: plain('x'.repeat(25)) },
        { blocks: [] },
        { blocks: [input, input] },
        { private_metadata: 'x'.repeat(3_001) },
        { blocks: [{ ...input, element: { ...element, type: 'number_input' } }] },
        { blocks: [{ ...input, element: { ...element, initial_value: 'xx', max_length: 1 } }] },
        {
          blocks: [
            { ...input, element: { type: 'static_select', options: [{ text: plain('x'.repeat(76)), value: 'x' }] } },
          ],
        },
      ];
      for (const more of wrong) await assert.rejects(open(slack, first, more), platformError('invalid_arguments'));
      await open(slack, first);
      await assert.rejects(open(slack, first), platformError('exchanged_trigger_id'));
      await assert.rejects(open(slack, 'trigger.none'), platformError('invalid_trigger_id'));
      const late = await client.trigger();
      now += 3_001;
      await assert.rejects(open(slack, late), platformError('expired_trigger_id'));
      assert.deepEqual(
        slack.views.map(({ user, open }) => [user, open]),
        [['U2', true]],
      );
      await client.stop();
    });
  });

  it('Bolt gets what was filled in, and shows what is wrong', async () => {
    await withSlack({}, async (slack) => {
      const app = new bolt.App({
        token: slack.team().botToken,
        appToken: slack.appToken,
        socketMode: true,
        logger: silent,
        clientOptions: { slackApiUrl: slack.apiUrl },
      });
      const seen: unknown[] = [];
      app.command('/ultronex', async ({ ack, body, client }) => {
        await ack();
        await client.apiCall('views.open', { trigger_id: body.trigger_id, view });
      });
      app.view('c', async ({ ack, view: sent }) => {
        const value = sent.state.values.a?.v?.value;
        seen.push(value);
        await (value === 'bad' ? ack({ response_action: 'errors', errors: { a: 'No.' } }) : ack());
      });
      await app.start();
      await slack.slashCommand({ user: 'U2' });
      await slack.until(() => slack.views.length === 1);
      await slack.submitView({ values: { a: 'bad' } });
      assert.deepEqual([slack.views[0]?.errors, slack.views[0]?.open], [{ a: 'No.' }, true]);
      await slack.submitView({ values: { a: 'good' } });
      assert.deepEqual([slack.views[0]?.open, seen], [false, ['bad', 'good']]);
      await app.stop();
    });
  });

  it('a required field is not sent empty, and a modal without an answer stays open', async () => {
    await withSlack({ ackTimeoutMs: 100 }, async (slack) => {
      const client = await listening(slack);
      await open(slack, await client.trigger());
      await assert.rejects(slack.submitView({ values: { a: null } }), /does not send a empty/);
      await assert.rejects(slack.submitView({ values: { b: 'x' } }), /has no fields b/);
      const sent = await slack.submitView({ values: { a: 'x' } });
      assert.deepEqual([sent.outcome, slack.views[0]?.open], ['timeout', true]);
      await client.stop();
    });
  });
});

describe('OAuth and control API', () => {
  it('installs the second team by a one-time code', async () => {
    await withSlack({ teams: [{ id: 'T1' }, { id: 'T2' }] }, async (slack) => {
      const start = `${slack.url}/oauth/v2/authorize?team=T2&state=s&redirect_uri=http://app.test/back`;
      const back = new URL((await fetch(start, { redirect: 'manual' })).headers.get('location') ?? '');
      const access = {
        client_id: 'i',
        client_secret: 's',
        code: back.searchParams.get('code') ?? '',
        redirect_uri: 'http://app.test/back',
      };
      const installed = await webClient(slack).oauth.v2.access(access);
      assert.deepEqual([installed.team?.id, installed.access_token], ['T2', 'xoxb-test-2']);
      await assert.rejects(webClient(slack).oauth.v2.access(access), platformError('invalid_code'));
      const other = webClient(slack, 'xoxb-test-2').conversations.info({ channel: 'C1' });
      await assert.rejects(other, platformError('channel_not_found'));
    });
  });

  it('an app with rotation gets tokens that end, and each refresh token works once', async () => {
    const oauth = { clientId: '1.2', clientSecret: 'shh' };
    await withSlack({ oauth }, async (slack) => {
      slack.oauth.rotate(43_200);
      const app = { client_id: '1.2', client_secret: 'shh' };
      const access = (more: Record<string, string>) => webClient(slack).apiCall('oauth.v2.access', { ...app, ...more });
      const first = (await access({ code: slack.oauth.addCode() })) as unknown as Record<string, string>;
      const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' };
      const second = (await access(refresh)) as unknown as Record<string, string>;
      assert.notEqual(second.access_token, first.access_token);
      await assert.rejects(access(refresh), platformError('invalid_refresh_token'));
      await assert.rejects(access({ ...refresh, client_secret: 'x' }), platformError('bad_client_secret'));
      assert.equal((await webClient(slack, first.access_token).auth.test()).ok, true);
      await webClient(slack, second.access_token).apiCall('apps.uninstall', app);
      await assert.rejects(webClient(slack, second.access_token).auth.test(), platformError('account_inactive'));
    });
  });

  it('whoever authorizes may cancel, leave out scopes, or install for the organisation', async () => {
    await withSlack({ teams: [{ id: 'T1' }, { id: 'E1' }] }, async (slack) => {
      const start = `${slack.url}/oauth/v2/authorize?scope=chat:write,commands&state=s&redirect_uri=http://app.test/back`;
      const open = async () =>
        new URL((await fetch(start, { redirect: 'manual' })).headers.get('location') ?? '').searchParams;
      slack.oauth.decide({ cancel: true });
      assert.equal((await open()).get('error'), 'access_denied');
      slack.oauth.decide({ team: 'E1', without: ['commands'] });
      const code = (await open()).get('code') ?? '';
      const access = (redirect: string) =>
        webClient(slack).oauth.v2.access({ client_id: 'i', client_secret: 's', code, redirect_uri: redirect });
      await assert.rejects(access('http://elsewhere.test/'), platformError('bad_redirect_uri'));
      const { team, enterprise, is_enterprise_install, scope } = await access('http://app.test/back');
      assert.deepEqual([team, enterprise?.id, is_enterprise_install, scope], [null, 'E1', true, 'chat:write']);
    });
  });

  it('a token of an organisation lists its workspaces, and then one workspace at a time', async () => {
    const channels = [
      { id: 'CA', workspace: 'TA' },
      { id: 'CB', workspace: 'TB' },
    ];
    await withSlack({ teams: [{ id: 'E1', workspaces: ['TA', 'TB'], channels }] }, async (slack) => {
      const client = webClient(slack);
      const { teams, response_metadata } = await client.auth.teams.list({ limit: 1 });
      assert.deepEqual([teams?.map(({ id }) => id), response_metadata?.next_cursor !== ''], [['TA'], true]);
      for (const method of ['conversations.list', 'users.list', 'users.conversations']) {
        await assert.rejects(client.apiCall(method), platformError('missing_argument'), method);
      }
      await assert.rejects(client.users.list({ team_id: 'T9' }), platformError('team_access_not_granted'));
      const listed = await client.conversations.list({ team_id: 'TB' });
      assert.deepEqual(
        listed.channels?.map(({ id }) => id),
        ['CB'],
      );
    });
  });

  it('can be driven by another process', async () => {
    await withSlack({ control: true }, async (slack) => {
      const post = (name: string, body: unknown) =>
        fetch(`${slack.url}/_ctl/${name}`, { method: 'POST', body: JSON.stringify(body) }).then((res) => res.json());
      const said = (await post('say', { channel: 'C1', text: 'from a shell' })) as { ts: string };
      const posts = (await (await fetch(`${slack.url}/_ctl/posts`)).json()) as { ts: string; text: string }[];
      assert.deepEqual([posts[0]?.ts, posts[0]?.text], [said.ts, 'from a shell']);
      const list = [
        { channel: 'C1', text: 'one' },
        { channel: 'C2', text: 'two' },
      ];
      const both = (await post('say', list)) as { ts: string; channel: string }[];
      assert.deepEqual(
        both.map(({ ts, channel }) => [channel, slack.posts.find((each) => each.ts === ts)?.text]),
        [
          ['C1', 'one'],
          ['C2', 'two'],
        ],
      );
      await post('faults', { method: 'auth.test', kind: 'error', error: 'fatal_error', times: 'always' });
      await assert.rejects(webClient(slack).auth.test(), platformError('fatal_error'));
      assert.deepEqual(await post('sockets', { do: 'closeAll' }), { count: 0 });
    });
  });
});
