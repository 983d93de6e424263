import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTeams } from '../support/teams.ts';

test('workspaces that installed the app track, match and post for themselves, and see nothing of one another', async (t) => {
  const { slack, program, tokenOf } = await startTeams(t);
  for (const team of ['T2', 'T3']) {
    slack.say({ team, channel: `C1${team}`, user: `U1${team}`, text: `<@UBOT${team}> forward secret of ${team}` });
  }
  await slack.waitForPosts(2);
  for (const team of ['T1', 'T2', 'T3']) {
    const tail = team === 'T1' ? '' : team;
    slack.say({ team, channel: `C1${tail}`, user: `U2${tail}`, text: 'the secret of T2, the secret of T3' });
  }
  await slack.waitForPosts(4);
  const forwards = slack.botPosts.filter(({ channel }) => channel.startsWith('D'));
  assert.deepEqual(forwards.map(({ team, channel }) => [team, channel]).sort(), [
    ['T2', 'DU1T2'],
    ['T3', 'DU1T3'],
  ]);

  const own = await tokenOf('T2');
  const get = async (path: string, headers = own) => (await program.api('GET', path, undefined, headers)).body;
  assert.deepEqual(await get('/ultronex/track'), { 'secret of T2': 'U1T2' });
  const posted = await program.api('POST', '/ultronex/slack', { msg: { channel: 'C1T2', text: 'from the API' } }, own);
  assert.equal(posted.status, 200);
  await slack.waitForPosts(1, 5_000, ({ team, text }) => team === 'T2' && text === 'from the API');
  const { messages } = await get('/ultronex/messages');
  assert.ok(messages.length >= 3);
  assert.ok(
    messages.every((each: { channel: string }) => /T2$/.test(each.channel)),
    JSON.stringify(messages),
  );
  const home = await get('/ultronex/messages', {});
  assert.deepEqual(home.messages, [], 'without ?team= the operator reads the messages of their own workspace');
  assert.equal((await get('/ultronex/stats?team=T3', {})).forwarded_msg_count, 1);
  assert.equal((await get('/ultronex/stats', {})).forwarded_msg_count, 0);
});

test('an erased workspace leaves nothing behind, and the others go on', async (t) => {
  const { slack, program } = await startTeams(t);
  await slack.slashCommand({ team: 'T2', channel: 'C1T2', user: 'U1T2', text: 'forward gone' });
  const removed = await program.api('DELETE', '/ultronex/workspaces/T2?erase=true', { confirm: 'T2' });
  assert.ok(removed.status < 300, JSON.stringify(removed.body));
  assert.equal((await program.api('GET', '/ultronex/track?team=T2')).status, 404);
  slack.say({ team: 'T2', channel: 'C1T2', user: 'U2T2', text: 'gone?' });
  slack.say({ team: 'T3', channel: 'C1T3', user: 'U1T3', text: '<@UBOTT3> help' });
  await slack.waitForPosts(1, 5_000, ({ team }) => team === 'T3');
  assert.equal(slack.botPosts.filter(({ team }) => team === 'T2').length, 0);
});
