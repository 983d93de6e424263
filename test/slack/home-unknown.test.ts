import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import fastify from 'fastify';
import { inSlack } from '../../src/domain/destination.ts';
import type { SlackOptions } from '../../src/slack/index.ts';
import { createSenderOfTeams } from '../../src/workspaces/senders.ts';
import type { FakeSlack } from '../fakes/slack/index.ts';
import { installationsOf } from './installed-teams.ts';
import { eventually, makeRig } from './support.ts';

/** Home is T1, T2 has installed the app, and Slack does not answer to auth.test until `answer` is called. Events come over HTTP. */
async function setUp(t: TestContext, slack: Partial<SlackOptions> = {}) {
  let fake: FakeSlack | null = null;
  const { installations } = installationsOf(() => fake as FakeSlack, ['T2']);
  const rig = await makeRig({
    fake: { teams: [{ id: 'T1' }, { id: 'T2' }, { id: 'T3' }] },
    slack: { ...{ appToken: undefined, signingSecret: 'test-signing-secret', installations }, ...slack },
    start: false,
  });
  fake = rig.fake;
  t.after(rig.stop);
  const failing = rig.fake.faults.add({
    method: 'auth.test',
    kind: 'status',
    status: 500,
    times: Number.POSITIVE_INFINITY,
  });
  const server = fastify();
  t.after(() => server.close());
  await server.register(rig.slack.plugin);
  await server.listen({ port: 0, host: '127.0.0.1' });
  const base = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  rig.fake.deliverTo({
    ...{ eventsUrl: `${base}/slack/events`, commandsUrl: `${base}/slack/commands` },
    interactiveUrl: `${base}/slack/interactive`,
  });
  await rig.slack.source.start((event) => {
    rig.events.push(event);
    return rig.handle(event);
  });
  return {
    ...rig,
    async answer() {
      failing.remove();
      await eventually(() => rig.slack.identity() !== null, 'home to be known');
    },
  };
}

const hi = (team: string) => ({ team, channel: team === 'T1' ? 'C1' : `C1${team}`, text: 'hi' });
const message = (team: string) => ({ deliveryId: 'd', team, destination: inSlack(hi(team).channel), text: 'hello' });

test('until Slack has told home’s identity, its events come again, and workspaces that installed the app are served', async (t) => {
  const { fake, events, answer, log } = await setUp(t);
  const [ofOther] = await fake.say(hi('T2')).delivered;
  assert.deepEqual(ofOther?.statuses, [200]);
  for (const event of [
    { type: 'channel_rename', channel: { id: 'C1' } },
    { type: 'team_join', user: { id: 'U9' } },
  ]) {
    const { acked } = await fake.sendEvent(event);
    assert.equal(acked, event.type === 'team_join', `${event.type}: only one that nobody handles is acknowledged`);
  }
  const [ofHome] = await fake.say(hi('T1')).delivered;
  assert.deepEqual(ofHome?.statuses, [503, 503, 503, 503], 'Slack sends it again, as often as the fake does');
  assert.doesNotMatch(log.join(), /has not installed the app/);

  await answer();
  await fake.say(hi('T1')).delivered;
  assert.deepEqual(
    events.map((event) => (event.kind === 'message' ? event.team : event.kind)),
    ['T2', 'T1'],
  );
  const [ofStranger] = await fake.say(hi('T3')).delivered;
  assert.deepEqual(ofStranger?.statuses, [200], 'now it is known to be neither home’s nor of an installation');
});

test('until then a command or press of home is answered with "try again", and not with "not installed"', async (t) => {
  const { fake, events } = await setUp(t);
  const tryAgain = /did not work just now and nothing was changed/;
  assert.match(JSON.stringify(await fake.slashCommand({ text: 'help' })), tryAgain);
  const other = { team: 'T2', channel: 'C1T2', user: 'U1T2', text: 'help' };
  assert.doesNotMatch(JSON.stringify(await fake.slashCommand(other)), tryAgain);
  const { ts } = fake.say(hi('T1'));
  const pressed = await fake.pressButton({ action_id: 'command:help', value: 'help', channel: 'C1', ts });
  await fake.until(() => pressed.responses.some((response) => tryAgain.test(JSON.stringify(response))));
  assert.deepEqual(
    events.map((event) => (event.kind === 'command' ? event.team : event.kind)),
    ['T2'],
  );
});

test('until then a message to a workspace without an installation waits, and one to the remembered home is sent', async (t) => {
  const unknown = await setUp(t);
  const waits = await createSenderOfTeams(unknown.slack.teams).post(message('T1'));
  assert.deepEqual([waits.kind, 'outcomeUnknown' in waits && waits.outcomeUnknown], ['retry', false]);
  await assert.rejects(createSenderOfTeams(unknown.slack.teams).find(message('T1'), 0), /has not told yet/);
  await unknown.answer();
  assert.equal((await createSenderOfTeams(unknown.slack.teams).post(message('T1'))).kind, 'sent');
  assert.equal((await createSenderOfTeams(unknown.slack.teams).post(message('T3'))).kind, 'refused');

  const remembered = await setUp(t, { homeTeam: 'T1' });
  const sender = createSenderOfTeams(remembered.slack.teams);
  const kinds = await Promise.all(['T1', 'T2', 'T3'].map(async (team) => (await sender.post(message(team))).kind));
  assert.deepEqual(kinds, ['sent', 'sent', 'retry']);
  assert.equal((await remembered.fake.say(hi('T1')).delivered)[0]?.acked, false, 'the bot’s user is not known yet');
});
