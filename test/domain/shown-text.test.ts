import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { shownText } from '../../src/domain/shown-text.ts';
import { liveCard } from '../../src/live/live-feed.ts';

const attached = (...attachments: Record<string, unknown>[]) => ({ text: '', slackFields: { attachments } });

test('a message is represented by its text if that is visible', () => {
  assert.equal(shownText({ text: 'disk full', slackFields: { attachments: [{ fallback: 'other' }] } }), 'disk full');
  assert.equal(shownText({ text: '\u200b ', slackFields: { attachments: [{ fallback: 'other' }] } }), 'other');
});

test('without a visible text a message is represented by its attachments: the fallback, else all their texts', () => {
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

test('without attachments a message is represented by its blocks', () => {
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: 'Deploy' } },
    { type: 'section', fields: [{ type: 'mrkdwn', text: '*env* prod' }] },
    { type: 'context', elements: [{ type: 'mrkdwn', text: 'by ada' }] },
    { type: 'image', alt_text: 'a graph' },
    { type: 'divider' },
  ];
  assert.equal(shownText({ text: ' ', blocks }), 'Deploy\n*env* prod\nby ada\na graph');
});

test('invalid and very long attachments and blocks are skipped', () => {
  assert.equal(shownText(attached({ fallback: 7, text: null, fields: 'x', blocks: [null, 3] })), '');
  assert.equal(
    shownText(attached(...Array.from({ length: 300 }, () => ({ fallback: 'a'.repeat(1_000) })))).length,
    4_000,
  );
});

test('a card of the stream page shows the same text', () => {
  const delivery = {
    ...attached({ fallback: 'Build 7 failed' }),
    destination: inSlack('#ops'),
    state: 'failed',
    error: 'channel_not_found',
    warnings: [],
  };
  assert.equal(liveCard(delivery as unknown as Delivery)?.text, 'Build 7 failed\nchannel_not_found');
});
