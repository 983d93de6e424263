import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createErrorTexts, reasonOfText, reasonsOf } from '../../src/slack/reasons.ts';

test('every place where Slack puts a reason is read, each reason once', () => {
  const cases: [unknown, string | undefined][] = [
    [{ error: 'channel_not_found' }, undefined],
    [{ needed: 'users:read', provided: 'chat:write,commands' }, 'needed users:read, provided chat:write,commands'],
    [{ needed: 'users:read' }, 'needed users:read'],
    [{ errors: ['too long [json-pointer:/blocks/3/text]'] }, 'too long [json-pointer:/blocks/3/text]'],
    [
      { errors: ['a'], response_metadata: { messages: ['[ERROR] a', '[ERROR] missing required field: b'] } },
      'a; missing required field: b',
    ],
    [{ errors: [{ message: 'said in an object' }, { error: 'a_code' }] }, 'said in an object; a_code'],
    [{ errors: ['two\nlines\tand\u0000more'] }, 'two lines and more'],
    ['no object', undefined],
    [{ errors: 7, response_metadata: { messages: {} }, needed: '' }, undefined],
    [null, undefined],
  ];
  for (const [body, expected] of cases) assert.equal(reasonsOf(body), expected, JSON.stringify(body));
});

test('reasons are bounded in number and length, and hold no secret', () => {
  const many = reasonsOf({ errors: Array.from({ length: 50 }, (_, index) => `wrong ${index}`) });
  assert.equal(many, 'wrong 0; wrong 1; wrong 2; wrong 3; wrong 4; and 45 more');
  const long = reasonsOf({ errors: ['x'.repeat(100_000), 'y'.repeat(100_000)] });
  assert.ok((long?.length ?? 0) <= 500, `${long?.length}`);
  const secret = reasonsOf({ errors: ['the token xoxb-1-2-abc was given, and xapp-1-A-b'] });
  assert.equal(secret, 'the token [redacted] was given, and [redacted]');
});

test('a page for people is no reason', () => {
  assert.equal(reasonOfText('<!doctype html><html>…'), undefined);
  assert.equal(reasonOfText('  '), undefined);
  assert.equal(reasonOfText('file exceeds\r\nthe limit'), 'file exceeds the limit');
});

test('failures are counted by a bounded set of texts, without numbers and quoted values', () => {
  const textOf = createErrorTexts();
  const detail = (index: number) => `no more than ${index} items in "blocks ${index}" [json-pointer:/blocks/${index}]`;
  const same = new Set(Array.from({ length: 500 }, (_, index) => textOf({ error: 'e', detail: detail(index) })));
  assert.deepEqual([...same], ['Slack error : e (no more than N items in "…" [json-pointer:/blocks/N])']);
  const letters = (index: number) =>
    String.fromCharCode(97 + (index % 26), 97 + (Math.floor(index / 26) % 26), 97 + Math.floor(index / 676));
  const strange = new Set(Array.from({ length: 2_000 }, (_, index) => textOf({ error: 'e', detail: letters(index) })));
  assert.ok(strange.size <= 101, `${strange.size} texts`);
  assert.ok(strange.has('Slack error : e'));
});
