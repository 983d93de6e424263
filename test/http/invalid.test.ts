import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { authorization, startApi } from './support.ts';

const api = await startApi({ after });

const unprocessable = (field: string, reason: string, part = 'request body') => ({
  msg: `Unprocessable ${part}`,
  field,
  reason,
});
const json = { 'content-type': 'application/json' };

test('a 422 names the field and the reason', async () => {
  const good = { channel: '#general', text: 'x' };
  const cases: [body: unknown, field: string, reason: string | RegExp][] = [
    [{}, 'msg', 'msg is required'],
    [[], 'body', 'body must be object'],
    [null, 'body', 'body must be object'],
    ['"text"', 'body', 'body must be object'],
    [{ msg: null }, 'msg', 'msg must be object'],
    [{ msg: [] }, 'msg', 'msg must be object'],
    [{ msg: { text: 'x' } }, 'msg.channel', 'msg.channel is required'],
    [{ msg: { channel: '#general' } }, 'msg.text', 'msg.text is required'],
    [{ msg: { ...good, text: '' } }, 'msg.text', /^msg\.text must not have fewer than 1 char/],
    [{ msg: { ...good, text: null } }, 'msg.text', 'msg.text must be string'],
    [{ msg: { ...good, text: ['x'] } }, 'msg.text', 'msg.text must be string'],
    [{ msg: { ...good, text: 42 } }, 'msg.text', 'msg.text must be string'],
    [{ msg: { ...good, text: true } }, 'msg.text', 'msg.text must be string'],
    [{ msg: { ...good, channel: 7 } }, 'msg.channel', 'msg.channel must be string'],
    [{ msg: { ...good, channel: 'two words' } }, 'msg.channel', /^msg\.channel must have no white space; give #name/],
    [{ msg: { ...good, channel: 'x'.repeat(201) } }, 'msg.channel', /200/],
    [{ msg: { ...good, title: {} } }, 'msg.title', 'msg.title must be string'],
    [{ msg: { ...good, title: 'x'.repeat(3_001) } }, 'msg.title', /3000/],
    [{ msg: { ...good, thread_ts: '5' } }, 'msg.thread_ts', /must be the ts of a message/],
    [{ msg: { ...good, icon_emoji: 'fire' } }, 'msg.icon_emoji', /between colons, such as :fire:$/],
    [{ msg: { ...good, icon_url: 'a.png' } }, 'msg.icon_url', /begins with http:/],
    [{ msg: { ...good, blocks: {} } }, 'msg.blocks', 'msg.blocks must be array'],
    [{ msg: { ...good, blocks: [{ text: 'x' }] } }, 'msg.blocks.0.type', 'msg.blocks.0.type is required'],
    [{ msg: { ...good, blocks: Array(51).fill({ type: 'divider' }) } }, 'msg.blocks', /50/],
    [{ msg: { ...good, ttl: 0 } }, 'msg.ttl', /1/],
    [{ msg: { ...good, ttl: '60' } }, 'msg.ttl', 'msg.ttl must be integer'],
    [{ msg: { ...good, ttl: 1.5 } }, 'msg.ttl', 'msg.ttl must be integer'],
    [{ msg: { ...good, ttl: 604_801 } }, 'msg.ttl', /604800/],
  ];
  for (const [given, field, reason] of cases) {
    const body = typeof given === 'string' ? given : JSON.stringify(given);
    const answer = await api.call('POST', '/slack', body, json);
    const shown = `${body.slice(0, 80)} → ${JSON.stringify(answer.body)}`;
    assert.equal(answer.status, 422, shown);
    assert.deepEqual(Object.keys(answer.body), ['msg', 'field', 'reason'], shown);
    assert.equal(answer.body.msg, 'Unprocessable request body');
    assert.equal(answer.body.field, field, shown);
    if (typeof reason === 'string') assert.equal(answer.body.reason, reason);
    else assert.match(answer.body.reason, reason);
  }
});

test('the response to invalid JSON says that it is not JSON', async () => {
  for (const body of ['{', '{"msg":', 'x', "{'msg':1}", '{"msg":{"text":"\n"}}', '\ufeff\ufeff{}', '{}{}']) {
    const answer = await api.call('POST', '/slack', body, json);
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body, unprocessable('body', 'the body is not JSON'));
  }
  for (const body of [undefined, '', '  ']) {
    assert.deepEqual((await api.call('POST', '/slack', body)).body, unprocessable('body', 'body must be object'));
  }
  const empty = await api.call('POST', '/slack/general', undefined);
  assert.deepEqual([empty.status, empty.body.field], [422, 'body']);
});

test('errors of queries, other bodies and headers have the same form', async () => {
  const cases: [method: string, path: string, body: unknown, field: string, part?: string][] = [
    ['GET', '/messages?limit=0', undefined, 'limit'],
    ['GET', '/messages?limit=201', undefined, 'limit'],
    ['GET', '/messages?limit=many', undefined, 'limit'],
    ['GET', '/messages?state=lost', undefined, 'state'],
    ['GET', '/messages?state=sent&state=failed', undefined, 'state'],
    ['GET', '/messages?cursor=abc', undefined, 'cursor'],
    ['GET', '/messages?cursor=-1', undefined, 'cursor'],
    ['GET', `/messages?q=${'x'.repeat(501)}`, undefined, 'q'],
    ['GET', '/track?view=table', undefined, 'view'],
    ['GET', '/stats?team=acme', undefined, 'team'],
    ['POST', '/slack/ops?team=acme', 'text', 'team', 'query'],
    ['PATCH', '/messages/x', {}, 'body'],
    ['PATCH', '/messages/x', { text: '' }, 'text'],
    ['PATCH', '/messages/x', { channel: '#ops' }, 'channel'],
    ['GET', `/messages/${'x'.repeat(101)}`, undefined, 'id', 'address'],
    ['POST', '/slack/two%20words', 'text', 'channel', 'address'],
    ['GET', `/bot?text=${'x'.repeat(4_001)}`, undefined, 'text'],
    ['POST', '/track', { pattern: 'x', user: 'somebody' }, 'user'],
    ['POST', '/track', { pattern: '', user: 'U1' }, 'pattern'],
    ['POST', '/track', { pattern: 'x', user: 'U1', channel: '#nowhere' }, 'channel'],
    ['POST', '/track/test', { pattern: 'x' }, 'sample'],
    ['POST', '/simulator/messages', { channel: 'C4', user: 'U1' }, 'text'],
    ['POST', '/simulator/messages', { channel: 'CNONE', user: 'U1', text: 'x' }, 'channel'],
    ['POST', '/simulator/users', { name: 'two words' }, 'name'],
  ];
  for (const [method, path, body, field, part = method === 'GET' ? 'query' : 'request body'] of cases) {
    const answer = await api.call(method, path, body);
    assert.deepEqual(
      [answer.status, answer.body.msg, answer.body.field],
      [422, `Unprocessable ${part}`, field],
      `${method} ${path.slice(0, 60)}`,
    );
    assert.ok(answer.body.reason.length > 5);
  }
  const { body } = await api.call('GET', '/messages?state=lost');
  assert.equal(
    body.reason,
    'state must be one of queued, sending, sent, failed, expired, withdrawn, merged',
    'the values that would be right',
  );
  const key = await api.call('POST', '/slack/ops', 'x', { 'idempotency-key': 'k'.repeat(256) });
  assert.deepEqual([key.status, key.body.msg, key.body.field], [422, 'Unprocessable header', 'idempotency-key']);
});

test('a 415 names the accepted content types', async () => {
  for (const type of ['text/xml', 'application/octet-stream', 'multipart/form-data; boundary=x', 'nonsense']) {
    const taken: [path: string, types: string][] = [
      ['/slack', 'application/json'],
      ['/track', 'application/json'],
      ['/slack/ops', 'text/plain or application/json or application/x-www-form-urlencoded'],
    ];
    for (const [path, types] of taken) {
      const { status, body } = await api.call('POST', path, 'x', { 'content-type': type });
      assert.equal(status, 415, type);
      assert.deepEqual(body, { msg: `The content type "${type}" is not taken; send ${types}.` });
    }
  }
});

test('a body above 1 MiB is a 413, also without Content-Length', async () => {
  const tooLarge = { msg: 'The body is larger than 1 MiB; send less, or a link to it.' };
  const fits = JSON.stringify({ msg: { channel: 'general', text: 'x', payload: 'p'.repeat(1_048_000) } });
  assert.equal((await api.call('POST', '/slack', fits, json)).status, 200);
  const big = 'x'.repeat(1024 * 1024 + 1);
  for (const path of ['/slack', '/slack/ops', '/track', '/track/test']) {
    const { status, body } = await api.call('POST', path, big, json);
    assert.deepEqual([status, body], [413, tooLarge], path);
  }
  const lines = ['POST /ultronex/slack HTTP/1.1', 'host: x', `authorization: ${authorization}`];
  const head = [...lines, 'content-type: text/plain', 'transfer-encoding: chunked', '', ''].join('\r\n');
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const answer = await raw(head + chunk.repeat(17));
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.deepEqual(JSON.parse(bodyOf(answer)), tooLarge);
});

test('malformed and overlong addresses are refused with the reason', async () => {
  for (const address of ['%', '%zz', '%E0%A4%A', 'messages/%c3%28', 'slack/%ff']) {
    const answer = await raw(`GET /ultronex/${address} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 400 /, address);
    assert.equal(bodyOf(answer), '{"msg":"This address is not valid; write % as %25 in it."}');
  }
  const part = await api.call('GET', `/messages/${'x'.repeat(300)}`);
  assert.deepEqual([part.status, part.body], [414, { msg: 'A part of this address is longer than 256 characters.' }]);
  const line = await raw(`GET /ultronex/${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`);
  assert.match(line, /^HTTP\/1\.1 431 /);
  assert.equal(bodyOf(line), '{"msg":"The address and the headers are larger than 16 KiB."}');
});

test('bytes that are not HTTP get an error in the same form, and the next request is served', async () => {
  for (const request of [
    '\0\0\0\r\n\r\n',
    'GET / HTTX\r\n\r\n',
    'hello\r\n\r\n',
    'GET /x HTTP/1.1\r\nbad header\r\n\r\n',
  ]) {
    const answer = await raw(request);
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.equal(bodyOf(answer), '{"msg":"This is not an HTTP request that can be read."}');
  }
  const lies = `POST /ultronex/slack/ops HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n`;
  const early = raw(`${lies}content-type: text/plain\r\ncontent-length: 50\r\n\r\nshort`, 200);
  assert.doesNotMatch(await early, /^HTTP\/1\.1 [25]/);
  assert.equal((await api.call('GET', '/stats')).status, 200);
});

test('no response shows a stack or a file of the program', async () => {
  const answers = await Promise.all([
    api.call('POST', '/slack', '{'),
    api.call('GET', '/messages/none'),
    api.call('GET', '/messages?cursor=9e99'),
    api.call('GET', '/messages?q=%27%20OR%201=1--&channel=%00'),
    api.call('POST', '/track', { pattern: '([', user: 'U1' }),
    api.call('POST', '/track/test', { pattern: '(?<a>.)\\k<a>', sample: 'x' }),
    api.call('DELETE', '/track/none'),
    api.call('GET', '/assets/..%2f..%2fpackage.json'),
    api.call('GET', '/docs/static/..%2f..%2f..%2fpackage.json'),
    api.call('POST', '/simulator/files?name=x', 'x', { 'content-type': 'text/xml' }),
  ]);
  for (const { status, body } of answers) {
    const text = JSON.stringify(body);
    assert.ok(status < 500, `${status} ${text}`);
    assert.doesNotMatch(text, /\bat .+:\d+:\d+|node_modules|FST_|SQLITE|\/src\/|\.ts\b/);
  }
});

/** Sends raw bytes. Resolves with the response once the server ends the connection, or after `quietMs` without data. */
function raw(bytes: string, quietMs?: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(api.origin).port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(bytes);
    if (quietMs !== undefined) socket.setTimeout(quietMs, () => socket.destroy());
  });
}

const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

test('an invalid enum value and an empty edit are refused with the possible values', async () => {
  const answers: [method: string, path: string, body: unknown, field: string, reason: string][] = [
    ['GET', '/track?view=foo', undefined, 'view', 'view must be list'],
    ['GET', '/names?kind=bot&q=x', undefined, 'kind', 'kind must be one of user, channel'],
    ['PATCH', '/messages/00000000-0000-4000-8000-000000000000', {}, 'body', 'body has no field; give at least one'],
  ];
  for (const [method, path, body, field, reason] of answers) {
    const answer = await api.call(method, path, body);
    assert.deepEqual(
      [answer.status, answer.body],
      [422, unprocessable(field, reason, method === 'GET' ? 'query' : 'request body')],
      path,
    );
  }
});
