import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually } from '../support/program.ts';
import { cpuClock } from '../support/soon.ts';
import { authorization, said, startApi } from './support.ts';

const api = await startApi({ after });

const track = (pattern: string, user: string, channel?: string) =>
  api.call('POST', '/track', { pattern, user, channel });

test('track lists the holders of a pattern from the first to the last', async () => {
  const first = await track('kernel panic', 'U1');
  assert.equal(first.status, 201);
  const { id, createdAt, ...rest } = first.body;
  assert.deepEqual(rest, { pattern: 'kernel panic', user: 'U1', channel: null });
  assert.ok(Date.parse(createdAt) > 0);
  const again = await track('kernel panic', 'U1');
  assert.deepEqual([again.status, again.body.id], [200, id], 'held already');
  const second = await track('kernel panic', 'U2');
  assert.deepEqual((await api.call('GET', '/track')).body, { 'kernel panic': 'U1, U2' });
  const list = await api.call('GET', '/track?view=list');
  assert.deepEqual(
    list.body.subscriptions.map((each: { id: string }) => each.id),
    [id, second.body.id],
  );

  assert.deepEqual((await api.call('DELETE', `/track/${id}`)).body, { msg: 'Stopped; 1 more still hold it.' });
  assert.deepEqual((await api.call('DELETE', `/track/${second.body.id}`)).body, { msg: 'Stopped.' });
  const gone = await api.call('DELETE', `/track/${id}`);
  assert.equal(gone.status, 404);
  assert.equal(gone.body.msg, `There is no tracked pattern "${id}". GET /ultronex/track?view=list lists them.`);
  assert.deepEqual((await api.call('GET', '/track')).body, { msg: 'No pattern set for match' });
});

test('a subscription is in force when the response arrives, and only in its channel', async () => {
  const { body } = await track('only in ops', 'U3', 'C5');
  for (const channel of ['C4', 'C5']) {
    await api.call('POST', '/simulator/messages', { channel, user: 'U1', text: `ONLY in ops, said in ${channel}` });
  }
  const forwarded = async () => (await said(api)).filter((each) => each.channel === 'DU3').map(({ text }) => text);
  const [text = ''] = await eventually('the forward', async () => {
    const all = await forwarded();
    return all.length > 0 && all;
  });
  assert.match(text, /said in C5/);
  await api.call('DELETE', `/track/${body.id}`);
  await api.call('POST', '/simulator/messages', { channel: 'C5', user: 'U1', text: 'only in ops, but no more' });
  assert.equal((await forwarded()).length, 1);
});

test('an invalid pattern is refused with the reason', async () => {
  for (const [pattern, reason] of [
    ['([', /\[/],
    ['(a)\\1', /back/i],
    ['*', /./],
  ] as const) {
    const tested = await api.call('POST', '/track/test', { pattern, sample: 'x' });
    for (const { status, body } of [await track(pattern, 'U1'), tested]) {
      assert.deepEqual([status, body.msg, body.field], [422, 'Unprocessable request body', 'pattern'], pattern);
      assert.ok(body.reason.startsWith(`pattern "${pattern}": `), body.reason);
      assert.match(body.reason, reason);
    }
  }
  assert.deepEqual((await api.call('GET', '/track')).body, { msg: 'No pattern set for match' });
});

test('patterns such as __proto__ are treated like any other', async () => {
  const names = ['__proto__', 'constructor', 'subscriptions', 'msg', 'ünïcode 🙂', '"quoted"', 'a\\.b'];
  const ids = await Promise.all(names.map(async (name) => (await track(name, 'U1')).body.id));
  const text = await (await fetch(`${api.base}/track`, { headers: { authorization } })).text();
  const held = new Map(Object.entries(JSON.parse(text)));
  for (const name of names) assert.equal(held.get(name), 'U1', name);
  for (const id of ids) assert.equal((await api.call('DELETE', `/track/${id}`)).status, 200);
});

test('track/test returns the matches in UTF-16 units', async () => {
  const tryOut = async (pattern: string, sample: string) =>
    (await api.call('POST', '/track/test', { pattern, sample })).body;
  assert.deepEqual(await tryOut('stark', 'Tony STARK and stark'), {
    matches: true,
    spans: [
      [5, 10],
      [15, 20],
    ],
    warnings: [],
  });
  assert.deepEqual(await tryOut('b', '🙂b'), { matches: true, spans: [[2, 3]], warnings: [] });
  assert.deepEqual(await tryOut('x', ''), { matches: false, spans: [], warnings: [] });
  assert.ok((await tryOut('a', 'a'.repeat(5_000))).spans.length <= 100);
  const cpuMs = cpuClock();
  assert.equal((await tryOut('(a+)+$', `${'a'.repeat(39_000)}!`)).matches, false);
  assert.ok(cpuMs() < 2_000, 'in linear time');
});

test('track/test matches as the pipeline does, and its spans refer to the typed text', async () => {
  const cases: [pattern: string, sample: string, found: string[]][] = [
    ['see x now', 'see <http://x|x> now', ['see <http://x|x> now']],
    ['http://x', 'see <http://x|x> now', ['<http://x|x>']],
    ['@here', 'hi <!here>!', ['<!here>']],
    ['@bob', 'hi <@U2>', ['<@U2>']],
    ['<@U2>', 'hi <@U2>', ['<@U2>']],
    ['#ops', 'in <#C5>', ['<#C5>']],
    ['🔥', 'a :fire: b 🔥', [':fire:', '🔥']],
    [':fire:', 'a :fire: b 🔥', [':fire:', '🔥']],
    ['error', 'an *error* and _errors_', ['error', 'error']],
    ['a & b', 'a &amp; b', ['a &amp; b']],
    ['caf.', 'cafe\u0301', ['cafe\u0301']],
    ['wait…', 'wait...', ['wait...']],
    ['a b', 'a\u202fb', ['a\u202fb']],
    ['fire', 'nice :fire:', []],
    ['\\*', '*bold*', []],
  ];
  const { channels, users } = (await api.call('GET', '/simulator/state')).body;
  const channel = channels.find((each: { name: string }) => each.name === 'ops').id;
  const bob = users.find((each: { id: string }) => each.id === 'U2').name;
  for (const [written, typed, found] of cases) {
    const pattern = written.replace('bob', bob);
    const sample = typed.replace('C5', channel);
    const { body } = await api.call('POST', '/track/test', { pattern, sample });
    const parts = body.spans.map(([start, end]: [number, number]) => sample.slice(start, end));
    assert.deepEqual(
      parts,
      found.map((part) => part.replace('C5', channel)),
      `${pattern} in ${sample}`,
    );
    assert.equal(body.matches, found.length > 0);

    const { body: held } = await track(pattern, 'U3');
    const before = (await said(api)).filter((each) => each.channel === 'DU3').length;
    await api.call('POST', '/simulator/messages', { channel, user: 'U1', text: sample });
    await api.call('POST', '/simulator/messages', { channel, user: 'U1', text: 'nothing of the kind' });
    if (found.length > 0) {
      await eventually(
        'the forward',
        async () => (await said(api)).filter((each) => each.channel === 'DU3').length > before,
      );
    }
    await api.call('DELETE', `/track/${held.id}`);
    assert.equal((await said(api)).filter((each) => each.channel === 'DU3').length > before, found.length > 0, pattern);
  }
});

test('a pattern that can never match is tracked with a warning', async () => {
  const { status, body } = await track('price$5', 'U8');
  assert.equal(status, 201);
  assert.equal(body.warnings.length, 1);
  assert.match(body.warnings[0], /^This cannot match because something must follow a \$ .*Write \\\$/);
  assert.match((await track('price$5', 'U8')).body.warnings[0], /cannot match/, 'also when it is held already');
  assert.equal((await track('price\\$5', 'U8')).body.warnings, undefined);
  const tried = await api.call('POST', '/track/test', { pattern: 'fine|a^b', sample: 'fine' });
  assert.deepEqual([tried.body.matches, tried.body.warnings.length], [true, 1]);
  assert.match(tried.body.warnings[0], /^The part "a\^b" cannot match because/);
  const plain = await api.call('POST', '/track/test', { pattern: '\\büber\\b', sample: 'ist über alles' });
  assert.deepEqual([plain.body.matches, plain.body.warnings], [true, []]);
});

test('own messages match on request, and the request can be changed', async () => {
  const body = { pattern: 'all of mine', user: 'U1' };
  const without = await api.call('POST', '/track', body);
  assert.deepEqual([without.status, without.body.includeOwn], [201, undefined]);
  const own = await api.call('POST', '/track', { ...body, includeOwn: true });
  assert.deepEqual([own.status, own.body.includeOwn], [201, true]);
  assert.equal((await api.call('POST', '/track', body)).body.id, own.body.id, 'left out: as it is held');
  const list = (await api.call('GET', '/track?view=list')).body.subscriptions as { pattern: string }[];
  assert.equal(list.filter(({ pattern }) => pattern === 'all of mine').length, 1);
  await api.call('POST', '/simulator/messages', { channel: 'C5', user: 'U1', text: 'all of mine' });
  await eventually('the forward', async () =>
    (await said(api)).some(({ text, channel }) => channel === 'DU1' && /all of mine.*by <@U1>/.test(text)),
  );
  assert.equal((await api.call('POST', '/track', { ...body, includeOwn: false })).body.includeOwn, undefined);
});

test('a guest of the simulator may not give commands', async () => {
  const { users } = (await api.call('GET', '/simulator/state')).body as { users: { id: string; guest?: boolean }[] };
  const guest = users.find((user) => user.guest)?.id;
  const { body } = await api.call('POST', '/simulator/commands', { channel: 'C5', user: guest, text: 'forward x' });
  assert.match(body.reply, /guest here or belong to another workspace/);
});
