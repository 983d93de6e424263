import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { authorization, password, startApi, user } from './support.ts';

/** Existing scripts, unchanged except for the host. Without curl the same bytes are sent by fetch. */
interface Form {
  name: string;
  path: string;
  method?: string;
  headers?: string[];
  data?: string;
  channel?: string;
  text?: string;
}

const json = '{"msg":{"channel":"#general","text":"from a script 🙂","title":"cron","payload":"a=b&c"}}';
const posted = { channel: '#general', text: 'from a script 🙂' };
const forms: Form[] = [
  { name: 'JSON with its header', path: '/slack', headers: ['Content-Type: application/json'], data: json, ...posted },
  { name: 'JSON without a header, which curl sends as a form', path: '/slack', data: json, ...posted },
  {
    name: 'JSON with a charset and -X POST',
    path: '/slack',
    method: 'POST',
    headers: ['Content-Type: application/json; charset=utf-8', 'Accept: */*'],
    data: json,
    ...posted,
  },
  { name: 'a text', path: '/slack/ops', data: 'disk is full', channel: '#ops', text: 'disk is full' },
  { name: 'a text that looks like a form', path: '/slack/ops', data: 'a=1&b=2', channel: '#ops', text: 'a=1&b=2' },
  { name: 'a text that looks like JSON', path: '/slack/ops', data: '{"a": 1}', channel: '#ops', text: '{"a": 1}' },
];
const hasCurl = spawnSync('curl', ['--version']).status === 0;
const api = await startApi({ after });

async function run({ path, method, headers = [], data }: Form, signed = true): Promise<string> {
  if (!hasCurl) return runWithFetch({ name: '', path, method, headers, data }, signed);
  const args = [
    '-s',
    ...(signed ? ['-u', `${user}:${password}`] : []),
    ...(method === undefined ? [] : ['-X', method]),
    ...headers.flatMap((header) => ['-H', header]),
    ...(data === undefined ? [] : ['-d', data]),
    api.base + path,
  ];
  return (await promisify(execFile)('curl', args)).stdout;
}

async function runWithFetch({ path, method, headers = [], data }: Form, signed: boolean): Promise<string> {
  const given = headers.map((header) => header.split(': ') as [string, string]);
  const response = await fetch(api.base + path, {
    method: method ?? (data === undefined ? 'GET' : 'POST'),
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      ...Object.fromEntries(given),
      ...(signed && { authorization }),
    },
    body: data,
  });
  return response.text();
}

describe(`existing scripts, with ${hasCurl ? 'curl' : 'fetch'}`, () => {
  for (const form of forms) {
    test(form.name, async () => {
      const answer = JSON.parse(await run(form));
      assert.equal(answer.status, 'triggered');
      assert.equal(answer.msg.channel, form.channel);
      assert.equal(answer.msg.text, form.text);
    });
  }

  test('the GET routes return the expected JSON', async () => {
    assert.equal(await run({ name: '', path: '/heartbeat' }, false), `{"msg":"I don't have a heart but I am alive!"}`);
    assert.equal(await run({ name: '', path: '/track' }), '{"msg":"No pattern set for match"}');
    assert.match(await run({ name: '', path: '/external' }), /^\{"errors":\{.*\}\}$/);
    assert.match(await run({ name: '', path: '/stats' }), /^\{"uptime":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z",/);
    assert.match(await run({ name: '', path: '/stats' }, false), /^\{"msg":"/);
  });

  test('a body of the wrong shape gets the expected 422', async () => {
    const wrong = JSON.parse(await run({ name: '', path: '/slack', data: '{"message":{}}' }));
    assert.equal(wrong.msg, 'Unprocessable request body');
  });
});
