import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decodeBody } from '../../src/http/decode.ts';
import { duplicateKey } from '../../src/lib/duplicate-keys.ts';
import { answerOf, authorization, startApi } from './support.ts';

const api = await startApi({ after });
const form = 'application/x-www-form-urlencoded';

async function post(path: string, body: Buffer | string, headers: Record<string, string> = {}) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return answerOf(
    await fetch(api.base + path, {
      method: 'POST',
      headers: { authorization, 'content-type': form, ...headers },
      body: new Uint8Array(bytes),
    }),
  );
}

test('a body is decoded as its charset says', async () => {
  const cases: [charset: string, hex: string, text: string][] = [
    ['utf-8', 'c3a9', 'é'],
    ['UTF8', 'c3a9', 'é'],
    ['"utf-8"', 'c3a9', 'é'],
    ['us-ascii', 'c3a9', 'é'],
    ['iso-8859-1', 'e980', 'é€'],
    ['latin1', 'e9', 'é'],
    ['windows-1252', '93e994', '“é”'],
    ['iso-8859-15', 'a4', '€'],
    ['shift_jis', '93fa967b', '日本'],
    ['euc-jp', 'c6fccbdc', '日本'],
    ['gb18030', 'd6d0', '中'],
    ['koi8-r', 'c4c1', 'да'],
    ['utf-16le', 'e900', 'é'],
    ['utf-16be', '00e9', 'é'],
    ['utf-16', 'fffee900', 'é'],
    ['utf-16', 'feff00e9', 'é'],
    ['utf-16be', 'fffee900', 'é'],
    ['utf-16le', 'feff00e9', 'é'],
  ];
  for (const [charset, hex, text] of cases) {
    const type = { 'content-type': `text/plain; charset=${charset}` };
    const { status, body } = await post('/slack/ops', Buffer.from(hex, 'hex'), type);
    assert.deepEqual([status, body.msg.text], [200, text], charset);
  }
  const wide = Buffer.from('{"msg":{"channel":"ops","text":"ü"}}', 'utf16le');
  assert.equal(
    (await post('/slack', wide, { 'content-type': 'application/json; charset=utf-16le' })).body.msg.text,
    'ü',
  );
});

test('a byte order mark is skipped, and decides the byte order of UTF-16 whatever the charset says', async () => {
  const json = '{"msg":{"channel":"ops","text":"ü"}}';
  const marked = [
    Buffer.from(`\ufeff${json}`),
    Buffer.from(`\ufeff${json}`, 'utf16le'),
    Buffer.from(`\ufeff${json}`, 'utf16le').swap16(),
  ];
  for (const bytes of marked) assert.equal((await post('/slack', bytes)).body.msg?.text, 'ü');
  assert.equal((await post('/slack/ops', Buffer.from('\ufeffhi'))).body.msg.text, 'hi');
});

test('an unknown charset is refused with its name', async () => {
  for (const charset of ['nonsense', 'utf-32', 'x'.repeat(500)]) {
    const { status, body } = await post('/slack/ops', 'x', { 'content-type': `text/plain; charset=${charset}` });
    assert.equal(status, 415, charset);
    assert.ok(body.msg.includes(`"${charset.slice(0, 50)}"`), body.msg);
  }
});

test('invalid bytes of an encoding are refused, and the first one is named', () => {
  const cases: [hex: string, type: string, byte: string, offset: number][] = [
    ['636166e9', 'text/plain', 'e9', 3],
    ['e92e', '', 'e9', 0],
    ['636166e9206f6ce9', '', 'e9', 3],
    ['f09f9840', '', 'f0', 0],
    ['c3a9c3', '', 'c3', 2],
    ['e08080', '', 'e0', 0],
    ['80', '', '80', 0],
    ['61ff62', 'application/json', 'ff', 1],
    ['efbfbd80', 'text/plain; charset=utf-8', '80', 3],
    ['61c3a9e282', '', 'e2', 3],
    ['6181', 'text/plain; charset=shift_jis', '81', 1],
  ];
  for (const [hex, type, byte, offset] of cases) {
    assert.throws(
      () => decodeBody(Buffer.from(hex, 'hex'), type),
      (error: Error & { field: string }) => {
        assert.ok(error.message.includes(`byte 0x${byte} at offset ${offset};`), `${hex}: ${error.message}`);
        return error.field === 'body';
      },
    );
  }
  const long = Buffer.concat([Buffer.alloc(1_000_000, 'ü'), Buffer.from([0xff]), Buffer.alloc(10_000, 'x')]);
  assert.throws(() => decodeBody(long), /byte 0xff at offset 1000000;/);
  assert.equal(decodeBody(Buffer.from('real \ufffd one')), 'real \ufffd one');
});

test('a compressed body is refused with the remedy', async () => {
  for (const encoding of ['gzip', 'br', 'deflate']) {
    const { status, body } = await post('/slack/ops', 'x', { 'content-encoding': encoding });
    assert.equal(status, 415);
    assert.match(body.msg, new RegExp(`content-encoding: ${encoding}.*without that header`));
  }
  assert.equal((await post('/slack/ops', 'x', { 'content-encoding': 'identity' })).status, 200);
});

test('a form of curl -F is refused with the remedy', async () => {
  const { status, body } = await post('/slack/ops', '--x--', { 'content-type': 'multipart/form-data; boundary=x' });
  assert.equal(status, 415);
  assert.match(
    body.msg,
    /^The content type "multipart\/form-data; boundary=x" is not taken; send text\/plain or application\/json or/,
  );
});

test('a duplicate key in JSON is refused at any depth', async () => {
  const cases: [body: string, key: string][] = [
    ['{"msg":{"channel":"ops","text":"a","text":"b"}}', 'text'],
    ['{"msg":{"channel":"ops","text":"a","payload":{"x":[{"k":1,"k":2}]}}}', 'k'],
    ['{"msg":{"channel":"ops","text":"a"},"\\u006dsg":{}}', 'msg'],
  ];
  for (const [json, key] of cases) {
    const { status, body } = await post('/slack', json);
    assert.deepEqual([status, body.field], [422, 'body'], json);
    assert.ok(body.reason.includes(`"${key}" twice`), body.reason);
  }
  for (const json of ['{"a":{"k":1},"b":{"k":1}}', '{"a":":{\\"k\\":1","b":[":",{"k":"\\\\"}]}', '[]', '"a:b"', '1']) {
    assert.equal(duplicateKey(json, JSON.parse(json)), null, json);
  }
});

test('other content types of JSON are accepted', async () => {
  const json = '{"msg":{"channel":"ops","text":"x"}}';
  for (const type of ['application/vnd.api+json', 'text/json', 'application/json;charset=UTF-8', 'APPLICATION/JSON']) {
    assert.equal((await post('/slack', json, { 'content-type': type })).status, 200, type);
  }
});

test('forms are parsed, and a text with = and & stays a text', async () => {
  const texts: [body: string, text: string][] = [
    ['text=disk+is+full', 'disk is full'],
    ['text=50%25+%26+more%0Aline', '50% & more\nline'],
    ['text=a%3Db&username=CI', 'a=b'],
    ['payload=%7B%22text%22%3A%22from+payload%22%7D', 'from payload'],
    ['payload={"text":"raw & more"}', 'raw & more'],
    ['text with = and &', 'text with = and &'],
    ['a=1&b=2', 'a=1&b=2'],
    ['text=is a word here', 'text=is a word here'],
    ['text=100%', 'text=100%'],
    ['x=1&text=2', 'x=1&text=2'],
  ];
  for (const [given, text] of texts) {
    const { status, body } = await post('/slack/ops', given);
    assert.deepEqual([status, body.msg?.text], [200, text], given);
  }
  const whole = await post('/slack', 'channel=%23ops&text=a+b&title=T&unfurl_links=false&ttl=60');
  assert.deepEqual(whole.body.msg, { channel: '#ops', text: 'a b', title: 'T' });
  const payload = await post('/slack', `payload=${encodeURIComponent('{"channel":"#ops","text":"p"}')}`);
  assert.deepEqual(payload.body.msg, { channel: '#ops', text: 'p' });
  for (const [given, field] of [
    ['text=a&text=b', 'text'],
    ['text=a&colour=red', 'colour'],
    ['text=%ff', 'body'],
    ['text=a&attachments=nonsense', 'attachments'],
  ]) {
    const { status, body } = await post('/slack/ops', given ?? '');
    assert.deepEqual([status, body.field], [422, field], given);
  }
});

test('a form with payload= and another field but no text is refused', async () => {
  const payload = `payload=${encodeURIComponent('{"channel":"#ops","text":"p"}')}`;
  const cases: [path: string, given: string, field: string][] = [
    ['/slack/ops', `${payload}&username=zed`, 'username'],
    ['/slack/ops', `${payload}&colour=red`, 'colour'],
    ['/slack', `${payload}&channel=%23dev`, 'channel'],
    ['/slack', `username=zed&${payload}`, 'username'],
  ];
  for (const [path, given, field] of cases) {
    const { status, body } = await post(path, given);
    assert.deepEqual([status, body.field], [422, field], given);
    assert.match(body.reason, /beside payload in the form; put it into the JSON of payload/);
  }
  assert.equal((await post('/slack/ops', `text=a&${payload}`)).body.msg.text, 'a');
});

test('half of a surrogate pair in JSON is refused anywhere, and escapes of whole characters are accepted', async () => {
  const json = { 'content-type': 'application/json' };
  for (const half of ['\\ud800 x', 'x \\uDFFF', '\\ude00\\ud83d', '\\\\\\uD83d', '\\ud83d\\\\ude00']) {
    for (const fields of [
      `"text":"${half}"`,
      `"text":"a","title":"${half}"`,
      `"text":"a","payload":{"deep":["${half}"]}`,
      `"text":"a","payload":{"${half}":1}`,
    ]) {
      const { status, body } = await post('/slack', `{"msg":{"channel":"ops",${fields}}}`, json);
      assert.deepEqual([status, body.field], [422, 'body'], fields);
      assert.match(body.reason, /half of a surrogate pair \(\\ud800 to \\udfff\); send the whole character/);
    }
  }
  const inForm = await post('/slack/ops', `payload=${encodeURIComponent('{"text":"\\ud800"}')}`);
  assert.deepEqual([inForm.status, inForm.body.field], [422, 'payload']);
  assert.match(inForm.body.reason, /half of a surrogate pair/);
  for (const [written, text] of [
    ['\\ud83d\\ude00', '😀'],
    ['\\\\ud800 x', '\\ud800 x'],
    ['\\\\\\\\udfff', '\\\\udfff'],
    ['\\ufffd', '\ufffd'],
  ]) {
    const { status, body } = await post('/slack', `{"msg":{"channel":"ops","text":"${written}"}}`, json);
    assert.deepEqual([status, body.msg?.text], [200, text], written);
  }
});

test('at the address of texts, JSON is a message with a JSON content type and refused without one', async () => {
  const json = { 'content-type': 'application/json' };
  for (const body of ['{"text":"hi"}', '{"msg":{"text":"hi"}}', '"hi"', '{"channel":"ops","text":"hi"}']) {
    const answer = await post('/slack/ops', body, json);
    assert.deepEqual([answer.status, answer.body.msg], [200, { channel: '#ops', text: 'hi' }], body);
  }
  for (const body of ['{"text":"hi"}', '{"msg":{"channel":"ops","text":"hi"}}', ' {"blocks":[]}', '{"channel":"x"}']) {
    const answer = await post('/slack/ops', body);
    assert.deepEqual([answer.status, answer.body.field], [422, 'body'], body);
    assert.match(answer.body.reason, /content-type: application\/json.*content-type: text\/plain/);
    assert.equal((await post('/slack/ops', body, { 'content-type': 'text/plain' })).body.msg.text, body);
  }
  const other = await post('/slack/ops', '{"channel":"#dev","text":"hi"}', json);
  assert.deepEqual([other.status, other.body.field], [422, 'channel']);
  assert.equal((await post('/slack/ops', '{"a":1}', json)).status, 422);
});
