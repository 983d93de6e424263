import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { toIncoming } from '../../src/slack/events.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { signature } from '../fakes/slack/signed-post.ts';
import { eventually, startProgram } from '../support/program.ts';
import { Random } from '../support/random.ts';
import { tempDir } from '../support/temp.ts';
import { Shapes } from './event-shapes.ts';
import { garble, spoil } from './spoil.ts';

/** FUZZ=long for twenty times as much; FUZZ_SEED for another run of it. */
const times = process.env.FUZZ === 'long' ? 20 : 1;
const seed = Number(process.env.FUZZ_SEED ?? 1);
const identity = { team: 'T1', botUser: 'UBOT', botId: 'B0', url: 'https://acme.slack.com/' };

test(`whatever an event looks like, it is read or left (seed ${seed})`, () => {
  const random = new Random(seed);
  const shapes = new Shapes(random, 'https://files.slack.com');
  let read = 0;
  for (let number = 0; number < 4_000 * times; number += 1) {
    const body = spoil(random, shapes.envelope(shapes.event()), random.below(4));
    const shown = () => JSON.stringify(body)?.slice(0, 2_000);
    const message = toIncoming(body, identity);
    if (message === null) continue;
    read += 1;
    const { key, trace, team, channel, channelKind, user, botUser, text, ts, threadTs, subtype, fromBot, files } =
      message;
    for (const each of [key, trace, team, channel, user, botUser, ts, message.permalink]) {
      assert.ok(typeof each === 'string' && each !== '', shown());
    }
    assert.ok(typeof text === 'string' && typeof fromBot === 'boolean', shown());
    assert.ok(['channel', 'private', 'im', 'mpim'].includes(channelKind), shown());
    for (const each of [threadTs, subtype]) assert.ok(each === undefined || typeof each === 'string', shown());
    assert.match(ts, /^\d+\.\d+$/, shown());
    assert.match(trace, /^[\w-]{1,36}$/, 'goes into log lines');
    assert.ok(URL.canParse(message.permalink), shown());
    assert.equal(new URL(message.permalink).host, 'acme.slack.com', shown());
    for (const file of files) {
      assert.ok(file.id && file.url && file.name && typeof file.mimetype === 'string' && file.size >= 0, shown());
    }
    JSON.stringify(message);
  }
  assert.ok(read > 1_000 * times, `${read} were read: the generator makes too much rubbish`);
});

test('what is no event at all', () => {
  for (const body of [undefined, null, 0, '', 'x', [], {}, { event: null }, { event: [] }, { event: { type: [] } }]) {
    assert.equal(toIncoming(body, identity), null);
  }
});

test(`signed rubbish over HTTP: no 5xx, no crash, nothing fetched from elsewhere (seed ${seed})`, async (t) => {
  const touched: string[] = [];
  const elsewhere = createServer((request, response) => {
    touched.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  t.after(() => elsewhere.close());
  const slack = await startFakeSlack({ echo: false });
  t.after(() => slack.stop());
  const program = await startProgram(t, {
    dataDir: tempDir(t),
    env: { SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: 'xoxb-test-1', SLACK_SIGNING_SECRET: slack.signingSecret },
  });
  await eventually('Slack was reached', async () => (await fetch(`${program.url}/readyz`)).ok);

  const random = new Random(seed);
  const shapes = new Shapes(random, `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`);
  const form = (fields: object) =>
    new URLSearchParams(
      Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
  const makers = {
    events: () => JSON.stringify(spoil(random, shapes.envelope(shapes.event()), random.below(4))) ?? '',
    commands: () => form(spoil(random, shapes.command(), random.below(4)) ?? {}),
    interactive: () => form({ payload: JSON.stringify(spoil(random, shapes.interaction(), random.below(4))) }),
  };
  const types = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'x/y; charset=utf-16', ''];

  async function send(path: keyof typeof makers): Promise<void> {
    const whole = makers[path]();
    const body = random.below(5) === 0 ? garble(random, whole) : whole;
    const usual = path === 'events' ? types[0] : types[1];
    const type = (random.below(10) === 0 ? random.pick(types) : usual) ?? '';
    const timestamp = Math.floor(Date.now() / 1_000);
    const response = await fetch(`${program.url}/slack/${path}`, {
      method: 'POST',
      headers: {
        'x-slack-request-timestamp': String(timestamp),
        // As bytes: half a surrogate pair goes over the wire as something else.
        'x-slack-signature': signature(slack.signingSecret, timestamp, Buffer.from(body).toString()),
        ...(type && { 'content-type': type }),
        ...(random.below(10) === 0 && { 'x-slack-retry-num': random.pick(['1', '-1', 'x', '1e9']) }),
      },
      body: Buffer.from(body),
    }).catch((error: Error) => assert.fail(`${path} ${body.slice(0, 2_000)}: ${error.cause ?? error}`));
    const answer = await response.text();
    assert.ok(response.status < 500, `${response.status} ${answer} to ${path}: ${body.slice(0, 2_000)}`);
    assert.notEqual(response.status, 401, `the signature is right: ${path} ${body.slice(0, 200)}`);
    assert.doesNotMatch(answer, /\bat .+:\d+:\d+|node_modules/);
  }

  for (let round = 0; round < 50 * times; round += 1) {
    const paths = Array.from({ length: 10 }, () =>
      random.pick(['events', 'events', 'commands', 'interactive'] as const),
    );
    await Promise.all(paths.map(send));
  }

  assert.equal(program.child.exitCode, null);
  assert.doesNotMatch(program.stderr(), /unhandled|uncaught/i);
  assert.deepEqual(
    program.logs().filter(({ msg }) => msg === 'request failed' || msg === 'command failed'),
    [],
  );
  assert.deepEqual(touched, [], 'neither files nor answers go to addresses that are not Slack’s');
  assert.equal((await program.api('GET', '/ultronex/heartbeat')).status, 200);
  assert.equal((await program.api('GET', '/ultronex/stats')).status, 200);

  slack.deliverTo({ eventsUrl: `${program.url}/slack/events`, commandsUrl: `${program.url}/slack/commands` });
  const { delivered } = slack.say({ channel: 'C1', user: 'U1', text: 'still there?' });
  for (const { statuses } of await delivered) assert.deepEqual(statuses, [200]);
  const { text } = await slack.slashCommand({ text: 'help', user: 'U1', channel: 'C1' });
  assert.match(text ?? '', /forward/);
  assert.equal(await program.kill('SIGTERM'), 0);
});
