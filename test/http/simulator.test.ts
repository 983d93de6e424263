import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { basic, startApi } from './support.ts';

const [open, guarded] = await Promise.all([startApi({ after }), startApi({ after }, { HOST: '0.0.0.0' })]);
const routes: [method: string, path: string, body?: object][] = [
  ['GET', '/simulator/state'],
  ['GET', '/simulator/files/F1'],
  ['POST', '/simulator/messages', { channel: 'general', user: 'U1', text: 'x' }],
  ['POST', '/simulator/commands', { channel: 'general', user: 'U1', text: 'help' }],
  ['POST', '/simulator/actions', { channel: 'general', user: 'U1', value: 'help' }],
  ['POST', '/simulator/users', { name: 'eve' }],
  ['POST', '/simulator/channels', { name: 'new' }],
];
const ask = (base: string, method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  fetch(base + path, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    body: body && JSON.stringify(body),
  });

test('on a loopback address the simulator needs no login', async () => {
  for (const [method, path, body] of routes) {
    const answer = await ask(open.base, method, path, body);
    assert.ok([200, 201, 404].includes(answer.status), `${method} ${path}: ${answer.status}`);
  }
  assert.equal((await fetch(`${open.base}/simulator`)).status, 200);
});

test('on any other address page, routes and stream require the login', async () => {
  const pages: typeof routes = [
    ['GET', '/simulator'],
    ['GET', '/simulator/events'],
    ['POST', '/simulator/files?name=x'],
  ];
  for (const [method, path, body] of [...routes, ...pages]) {
    const answer = await ask(guarded.base, method, path, body);
    assert.equal(answer.status, 401, `${method} ${path}`);
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic/);
    const wrong = await ask(guarded.base, method, path, body, { authorization: basic('ultronex', 'wrong') });
    assert.equal(wrong.status, 401);
  }
  assert.equal((await guarded.call('GET', '/simulator')).status, 200);
  assert.equal((await guarded.call('GET', '/simulator/state')).status, 200);
  assert.equal((await fetch(`${guarded.base}/`)).status, 200, 'home stays open');
});

test('an uploaded file is downloaded unchanged, and never shown as a page', async () => {
  const html = '<script>alert(1)</script>';
  const type = { 'content-type': 'application/octet-stream' };
  const { status, body } = await open.call(
    'POST',
    `/simulator/files?name=${encodeURIComponent('ü 🙂".html')}`,
    html,
    type,
  );
  assert.equal(status, 201);
  const down = await fetch(`${open.base}/simulator/files/${body.id}`);
  assert.equal(await down.text(), html);
  assert.equal(down.headers.get('content-type'), 'application/octet-stream');
  assert.equal(down.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(down.headers.get('content-disposition'), `attachment; filename*=UTF-8''%C3%BC%20%F0%9F%99%82%22.html`);
  const large = 'x'.repeat(5 * 1024 * 1024 + 1);
  assert.equal((await open.call('POST', '/simulator/files?name=big', large, type)).status, 413);
  const fits = 'x'.repeat(5 * 1024 * 1024);
  assert.equal((await open.call('POST', '/simulator/files?name=fits', fits, type)).status, 201);
});

test('a message to the bot, a slash command and a button are answered', async () => {
  const command = await open.call('POST', '/simulator/commands', {
    channel: 'ops',
    user: 'U1',
    text: '/ultronex track',
  });
  assert.equal(command.status, 200);
  assert.equal(typeof command.body.reply, 'string');
  const button = await open.call('POST', '/simulator/actions', { channel: 'ops', user: 'U1', value: 'mute 1h' });
  assert.match(button.body.reply, /mute/i);
  const nobody = await open.call('POST', '/simulator/commands', { channel: 'ops', user: 'U999', text: 'help' });
  assert.deepEqual([nobody.status, nobody.body.field], [422, 'user']);
});
