import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import { shownText } from '../../src/domain/shown-text.ts';
import { cardOf } from '../../src/observability/live-feed.ts';

const attached = (...attachments: Record<string, unknown>[]) => ({ text: '', slackFields: { attachments } });

test('a message is shown by its text as long as something of it can be seen', () => {
  assert.equal(shownText({ text: 'disk full', slackFields: { attachments: [{ fallback: 'other' }] } }), 'disk full');
  assert.equal(shownText({ text: '\u200b ', slackFields: { attachments: [{ fallback: 'other' }] } }), 'other');
});

test('without a text it is shown by its attachments: the fallback, else all that they say', () => {
  assert.equal(
    shownText(attached({ fallback: 'Build 7 failed', text: 'long' }, { fallback: 'and 8' })),
    'Build 7 failed\nand 8',
  );
  const whole = {
    pretext: 'CI',
    title: 'Build 7',
    text: 'failed',
    fields: [{ title: 'branch', value: 'main' }],
    footer: 'ci-1',
  };
  assert.equal(shownText(attached(whole)), 'CI\nBuild 7\nfailed\nbranch: main\nci-1');
  assert.equal(
    shownText(attached({ blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'in a block' } }] })),
    'in a block',
  );
});

test('without attachments it is shown by its blocks', () => {
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: 'Deploy' } },
    { type: 'section', fields: [{ type: 'mrkdwn', text: '*env* prod' }] },
    { type: 'context', elements: [{ type: 'mrkdwn', text: 'by ada' }] },
    { type: 'image', alt_text: 'a graph' },
    { type: 'divider' },
  ];
  assert.equal(shownText({ text: ' ', blocks }), 'Deploy\n*env* prod\nby ada\na graph');
});

test('what is odd or endless is not followed', () => {
  assert.equal(shownText(attached({ fallback: 7, text: null, fields: 'x', blocks: [null, 3] })), '');
  assert.equal(
    shownText(attached(...Array.from({ length: 300 }, () => ({ fallback: 'a'.repeat(1_000) })))).length,
    4_000,
  );
});

test('the card of the stream shows the same', () => {
  const delivery = {
    ...attached({ fallback: 'Build 7 failed' }),
    state: 'failed',
    error: 'channel_not_found',
    warnings: [],
  };
  assert.equal(cardOf(delivery as unknown as Delivery)?.text, 'Build 7 failed\nchannel_not_found');
});
