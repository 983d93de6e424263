import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startApi } from './support.ts';

const api = await startApi({ after });
const names = async (query: string) => (await api.call('GET', `/names?${query}`)).body;

test('ids are returned with their names, and those without one are left out', async () => {
  const { names: found, problem } = await names('ids=U1,C5,U0BOT,U1,U999,%20,DU1');
  assert.deepEqual(
    found.toSorted((a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)),
    [
      { id: 'C5', kind: 'channel', name: 'ops' },
      { id: 'U0BOT', kind: 'user', name: 'ultronex' },
      { id: 'U1', kind: 'user', name: 'ada' },
    ],
  );
  assert.equal(problem, null);
});

test('a part of a name, in any case and with its sign, finds users or channels; names that begin with it are first', async () => {
  const found = async (query: string) => (await names(query)).names.map(({ name }: { name: string }) => name);
  assert.deepEqual(await found('kind=user&q=A'), ['ada', 'grace']);
  assert.deepEqual(await found('kind=user&q=%40gra'), ['grace']);
  assert.deepEqual(await found('kind=user&q=u2'), ['grace'], 'an id is found too');
  assert.deepEqual(await found('kind=channel&q=%23op'), ['ops']);
  assert.deepEqual(await found('kind=channel'), ['alerts', 'canary', 'general', 'ops', 'random']);
  assert.deepEqual(await found('kind=user&q=nobody'), []);
});

test('an invalid query is refused with the parameter’s name, and the number of results is limited', async () => {
  for (const query of [
    '',
    'q=a',
    'ids=U1&kind=user',
    'kind=team',
    `ids=${'U1,'.repeat(2_000)}`,
    `kind=user&q=${'a'.repeat(101)}`,
  ]) {
    assert.equal((await api.call('GET', `/names?${query}`)).status, 422, query.slice(0, 40));
  }
  const many = Array.from({ length: 101 }, (_, at) => `U${at}`).join(',');
  const { status, body } = await api.call('GET', `/names?ids=${many}`);
  assert.deepEqual([status, body.reason], [422, 'ids has 101 ids; 100 may be']);
  for (let at = 0; at < 25; at++) await api.call('POST', '/simulator/channels', { name: `bounded-${at}` });
  assert.equal((await names('kind=channel&q=bounded')).names.length, 20);
});

test('names require the login', async () => {
  assert.equal((await fetch(`${api.base}/names?kind=user`)).status, 401);
});

test('a pattern is tracked for a person and a channel by name, mention or id', async () => {
  const track = (pattern: string, user: string, channel?: string) =>
    api.call('POST', '/track', { pattern, user, channel });
  for (const [user, channel, wanted] of [
    ['@ada', '#ops', ['U1', 'C5']],
    ['Grace', 'ops', ['U2', 'C5']],
    [' linus ', '<#C4|general>', ['U3', 'C4']],
    ['<@U2>', 'C6', ['U2', 'C6']],
    ['<@U2|grace>', undefined, ['U2', null]],
    ['U012AB3CD', undefined, ['U012AB3CD', null]],
  ] as const) {
    const { status, body } = await track(`by name ${user}`, user, channel);
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual([body.user, body.channel], wanted);
  }
});

test('an unknown name is refused with the field and the known names', async () => {
  const refused = async (user: string, channel?: string) => {
    const { status, body } = await api.call('POST', '/track', { pattern: 'x', user, channel });
    assert.equal(status, 422, user);
    return [body.field, body.reason];
  };
  const [field, reason] = await refused('@nobody');
  assert.equal(field, 'user');
  assert.match(reason, /"@nobody".*@ada, @grace/);
  assert.equal((await refused('Walter'))[0], 'user', 'a name that begins like an id is a name');
  assert.match((await refused('#ops'))[1], /is a channel; name a person/);
  assert.match((await refused('C012AB3CD'))[1], /is a channel/);
  for (const channel of ['#nowhere', '@ada', 'U1', 'two words']) {
    assert.deepEqual(await refused('@ada', channel), [
      'channel',
      `channel "${channel}" is not one that the bot can see; name it as #name or by its id, and invite the bot to it`,
    ]);
  }
});
