import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inSlack } from '../../src/domain/destination.ts';
import { NotServed } from '../../src/workspaces/not-served.ts';
import { createFilesOfTeams, createSenderOfTeams } from '../../src/workspaces/senders.ts';
import { installedWorkspace } from '../../src/workspaces/slack-workspace.ts';
import type { FakeSlack, FakeSlackOptions } from '../fakes/slack/index.ts';
import { eventually } from '../support/program.ts';
import { installationsOf } from './installed-teams.ts';
import { makeRig, type Rig } from './support.ts';

type Several = Rig & ReturnType<typeof installationsOf>;

/** Home is T1; T2 has installed the app, T3 has not. */
async function withTeams(use: (rig: Several) => Promise<void>, more: FakeSlackOptions = {}): Promise<void> {
  let fake: FakeSlack | null = null;
  const several = installationsOf(() => fake as FakeSlack, ['T2']);
  const teams = [{ id: 'T1' }, { id: 'T2' }, { id: 'T3' }];
  const rig = await makeRig({
    fake: { ...more, teams },
    slack: { installations: several.installations },
    start: false,
  });
  fake = rig.fake;
  await rig.slack.source.start((event) => {
    rig.events.push(event);
    return rig.handle(event);
  });
  try {
    await use(Object.assign(rig, several));
  } finally {
    await rig.stop();
  }
}

const messageTo = (team: string, address: string) => ({
  ...{ deliveryId: 'd', team, destination: inSlack(address), text: 'hello' },
});

describe('several workspaces in one process', () => {
  it('a message is of the workspace that it came from, with its bot and its address', () =>
    withTeams(async ({ fake, events }) => {
      for (const [team, channel] of [
        ['T1', 'C1'],
        ['T2', 'C1T2'],
      ] as const) {
        await fake.say({ team, channel, text: 'hi' }).delivered;
      }
      const seen = events.map((event) =>
        event.kind === 'message' ? [event.team, event.botUser, event.permalink] : [],
      );
      assert.deepEqual(
        seen.map(([team, bot, link]) => [team, bot, String(link).split('/archives')[0]]),
        [
          ['T1', 'UBOT', 'https://team-t1.slack.com'],
          ['T2', 'UBOTT2', 'https://team-t2.slack.com'],
        ],
      );
      assert.equal(new Set(events.map(({ key }) => key.split(':')[0])).size, 2, 'the keys never collide');
    }));

  it('an event of a workspace that has not installed the app is acknowledged and left, and told once', () =>
    withTeams(async ({ fake, events, log }) => {
      for (let n = 0; n < 3; n += 1) {
        const deliveries = await fake.say({ team: 'T3', channel: 'C1T3', text: 'hi' }).delivered;
        assert.ok(deliveries.every(({ acked, attempts }) => acked && attempts === 1));
      }
      const reply = await fake.slashCommand({ team: 'T3', channel: 'C1T3', user: 'U1T3', text: 'help' });
      assert.match(JSON.stringify(reply), /not installed in this workspace/);
      assert.deepEqual(events, []);
      assert.equal(log.filter((line) => line.includes('has not installed the app')).length, 1);
    }));

  it('commands and presses are of their workspace, also when Slack names it only in the press', () =>
    withTeams(async ({ fake, events }) => {
      await fake.slashCommand({ team: 'T2', channel: 'C1T2', user: 'U1T2', text: 'help' });
      await fake.slashCommand({ text: 'help' });
      assert.deepEqual(
        events.map((event) => (event.kind === 'command' ? [event.team, event.user] : [])),
        [
          ['T2', 'U1T2'],
          ['T1', 'U1'],
        ],
      );
    }));

  it('everything that is sent to a workspace has its token, and nothing is sent where the app is not installed', () =>
    withTeams(async ({ fake, slack, said, remove }) => {
      const sender = createSenderOfTeams(slack.teams);
      for (const [team, channel] of [
        ['T1', 'C1'],
        ['T2', 'C1T2'],
      ] as const) {
        const posted = await sender.post(messageTo(team, channel));
        assert.equal(posted.kind, 'sent');
        assert.deepEqual([fake.posts.at(-1)?.team, fake.calls.at(-1)?.token], [team, fake.team(team).botToken]);
        const ref = posted.kind === 'sent' ? posted.value : assert.fail();
        assert.equal((await sender.update({ ...messageTo(team, channel), text: 'new' }, ref)).kind, 'sent');
        assert.equal((await sender.delete(team, ref)).kind, 'sent');
        const file = { team, channel, threadTs: ref.ts, name: 'a.txt', bytes: Buffer.from('x') };
        assert.equal((await sender.upload(file)).kind, 'sent');
        assert.equal(fake.files.at(-1)?.team, team);
      }
      const refused = await sender.post(messageTo('T3', 'C1T3'));
      assert.deepEqual([refused.kind, 'error' in refused && refused.error], ['refused', 'not_installed']);
      remove('T2');
      assert.equal((await sender.post(messageTo('T2', 'C1T2'))).kind, 'refused');
      assert.equal(await sender.find(messageTo('T2', 'C1T2'), 0), null);
      const fetched = await createFilesOfTeams(slack.teams).fetch('T2', {
        ...{ id: 'F1', url: 'https://files.slack.com/a', name: 'a', mimetype: 'text/plain', size: 1 },
      });
      assert.equal(fetched.kind, 'refused');
      assert.equal(
        fake.calls.some(({ token }) => token === fake.team('T3').botToken),
        false,
      );
      assert.deepEqual(
        said,
        [['refused', 'T2', null]],
        'its token works, which may have been refused before the start',
      );
    }));

  it('a refused token is told once it happens and once it works again, and home stays well', () =>
    withTeams(async ({ fake, slack, said }) => {
      const sender = createSenderOfTeams(slack.teams);
      fake.setTokenState('token_revoked', 'T2');
      assert.equal((await sender.post(messageTo('T2', 'C1T2'))).kind, 'retry', 'it may be installed again');
      fake.setTokenState('ok', 'T2');
      await sender.post(messageTo('T2', 'C1T2'));
      await sender.post(messageTo('T2', 'C1T2'));
      assert.deepEqual(said, [
        ['refused', 'T2', 'token_revoked'],
        ['refused', 'T2', null],
      ]);
      assert.equal(slack.source.health().state, 'ok');
    }));

  it('a workspace whose token does not open has its events taken and its messages kept, and Slack is not asked', () =>
    withTeams(async ({ fake, slack, events, said, lock }) => {
      const sender = createSenderOfTeams(slack.teams);
      lock(true);
      const [delivery] = await fake.say({ team: 'T2', channel: 'C1T2', text: 'hi <@U2T2>' }).delivered;
      assert.deepEqual([delivery?.acked, delivery?.attempts, events.length], [true, 1, 1]);
      const waits = { kind: 'retry', afterMs: 30_000, scope: 'workspace', outcomeUnknown: false, error: 'not_served' };
      assert.deepEqual(await sender.post(messageTo('T2', 'C1T2')), waits);
      const file = { id: 'F1', url: `${fake.apiUrl}a`, name: 'a', mimetype: 'text/plain', size: 1 };
      const fetched = await createFilesOfTeams(slack.teams).fetch('T2', file);
      assert.deepEqual(fetched, { kind: 'retry', reason: 'not_served' });
      const workspace = installedWorkspace('T2', slack.teams);
      for (const asked of [
        () => workspace.findPerson('@ada'),
        () => workspace.findChannel('#general'),
        () => workspace.nameBook.ofIds(['U1T2']),
        () => workspace.nameBook.search('user', 'a', 1),
      ]) {
        await assert.rejects(asked, NotServed);
      }
      await workspace.learnNames('<@U1T2>');
      await workspace.checkNames([]);
      assert.deepEqual(
        [await workspace.standing('U1T2'), await workspace.isDeactivated('U1T2')],
        ['unavailable', null],
      );
      assert.equal(
        fake.calls.some(({ token }) => token === fake.team('T2').botToken),
        false,
      );
      assert.deepEqual(said, []);
      lock(false);
      assert.equal((await sender.post(messageTo('T2', 'C1T2'))).kind, 'sent');
    }));

  it('that the app was removed ends the installation of that workspace alone', () =>
    withTeams(async ({ fake, slack, said }) => {
      await fake.sendEvent({ type: 'app_uninstalled' }, { team: 'T2' });
      await eventually('the end to be told', () => said.length > 0);
      assert.deepEqual(said, [['ended', 'T2', 'app_uninstalled']]);
      assert.equal(slack.source.health().state, 'ok');
      await fake.sendEvent({ type: 'app_uninstalled' });
      await eventually('home to be down', () => slack.source.health().state === 'down');
    }));

  it('revoked tokens end an installation if the bot’s is among them, and not if they are those of users', () =>
    withTeams(async ({ fake, slack, said }) => {
      for (const team of ['T1', 'T2']) {
        await fake.sendEvent({ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } }, { team });
        await fake.sendEvent({ type: 'tokens_revoked', tokens: { oauth: ['U1'] } }, { team });
      }
      assert.deepEqual([said, slack.source.health().state], [[], 'ok']);
      await fake.sendEvent({ type: 'tokens_revoked', tokens: { oauth: [], bot: ['UBOTT2'] } }, { team: 'T2' });
      assert.deepEqual(said, [['ended', 'T2', 'tokens_revoked']]);
    }));

  it('Slack tells again that the app was removed, until it is written', () =>
    withTeams(
      async ({ fake, said, storeIsAway }) => {
        storeIsAway(true);
        const removal = fake.sendEvent({ type: 'app_uninstalled' }, { team: 'T2' });
        await eventually('the end to be told', () => said.length > 0);
        storeIsAway(false);
        const { statuses } = await removal;
        assert.deepEqual([statuses.at(-1), statuses.length > 1], ['acked', true]);
        assert.deepEqual(said.at(-1), ['ended', 'T2', 'app_uninstalled']);
      },
      { ackTimeoutMs: 200 },
    ));

  it('a workspace answers by its own channels and people, from memory where there is no time to ask', () =>
    withTeams(async ({ fake, slack }) => {
      const workspace = installedWorkspace('T2', slack.teams);
      assert.equal(workspace.team(), 'T2');
      assert.equal(workspace.channelName('C1T2'), null, 'nothing is loaded yet');
      const [channel] = fake.team('T2').channels;
      assert.equal(await workspace.findChannel(`#${channel?.name}`), 'C1T2');
      assert.equal(workspace.channelName('C1T2'), channel?.name);
      assert.deepEqual([workspace.isWatched('C1T2'), workspace.isWatched('C1')], [true, false]);
      assert.deepEqual([await workspace.standing('U1T2'), await workspace.isDeactivated('U1T2')], ['member', false]);
      const nobody = installedWorkspace('T3', slack.teams);
      assert.deepEqual([await nobody.findChannel('#general'), await nobody.standing('U1T3')], [null, 'unavailable']);
      assert.equal((await nobody.findPerson('@ada')).kind, 'absent');
      assert.match((await nobody.nameBook.ofIds(['U1'])).problem ?? '', /not installed/);
    }));

  it('of the workspaces in memory, 300 keep channels and people; those that needed none stay', () =>
    withTeams(async ({ fake, slack, teams }) => {
      const ids = Array.from({ length: 302 }, (_, n) => `X${n}`);
      teams.push(...ids);
      for (const id of ids) await slack.teams.find(id);
      assert.equal(slack.teams.others().length, 302, 'nothing of them was needed yet');
      await fake.say({ team: 'T2', channel: 'C1T2', text: 'no mention, no file' }).delivered;
      for (const id of ids) assert.equal(slack.teams.loaded(id)?.directory.reads(), 0);
      assert.deepEqual([slack.teams.loaded('X0'), slack.teams.loaded('X1')], [null, null]);
      assert.equal(slack.teams.others().length, 301, 'also T2, whose message needed nothing');
    }));

  it('without installations one workspace answers for every team', async () => {
    const rig = await makeRig({ fake: { teams: [{ id: 'T1' }, { id: 'T2' }] } });
    try {
      assert.equal(rig.slack.teams.areSeveral, false);
      assert.equal(await rig.slack.teams.find('T2'), rig.slack.teams.home);
      await rig.fake.say({ team: 'T2', channel: 'C1T2', text: 'hi' }).delivered;
      assert.equal(
        rig.fake.calls.some(({ token }) => token === rig.fake.team('T2').botToken),
        false,
      );
    } finally {
      await rig.stop();
    }
  });
});
