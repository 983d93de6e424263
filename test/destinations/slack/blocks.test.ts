import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf } from '../../../src/destinations/slack/blocks.ts';
import type { Block, Button } from '../../../src/domain/delivery.ts';

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (action_id: string, label: string, value: string) => ({
  type: 'button',
  action_id,
  text: { type: 'plain_text', text: label },
  value,
});

test('a text alone is sent without blocks, and blocks in Slack’s format are sent unchanged', () => {
  assert.equal(blocksOf({ text: 'a', title: 'b' }), undefined);
  const blocks: Block[] = [{ type: 'divider' }];
  assert.equal(blocksOf({ text: 'a', buttons: [{ label: 'x', command: 'x' }], blocks }), blocks);
  assert.deepEqual(blocksOf({ text: 'a', blocks: [] }), []);
});

test('buttons are shown under the text, which is cut to the size of a section', () => {
  const buttons: Button[] = [
    { label: 'Restart web', command: 'restart web', style: 'danger' },
    { label: `Restart ${'x'.repeat(100)}`, command: 'restart db' },
    { label: 'Leave it', command: 'quote' },
  ];
  const [shown, actions, ...rest] = blocksOf({ text: 'r'.repeat(4_000), buttons }) ?? [];
  assert.equal((shown?.text as { text: string } | undefined)?.text.length, 3_000);
  assert.deepEqual(actions, {
    type: 'actions',
    elements: [
      { ...button('command:restart', 'Restart web', 'restart web'), style: 'danger' },
      button('command:restart:1', `Restart ${'x'.repeat(66)}…`, 'restart db'),
      button('command:quote', 'Leave it', 'quote'),
    ],
  });
  assert.deepEqual(rest, []);
  const many = Array.from({ length: 30 }, (_, n) => ({ label: `${n}`, command: `c${n}` }));
  const [, limited] = blocksOf({ text: 'a', buttons: many }) ?? [];
  assert.equal((limited?.elements as unknown[] | undefined)?.length, 25);
});

test('each paragraph becomes a section above the buttons', () => {
  assert.deepEqual(blocksOf({ text: 'a\nb', sections: ['a', 'b'] }), [section('a'), section('b')]);
  const both = blocksOf({ text: 'a', sections: ['a', 'b'], buttons: [{ label: 'Leave it', command: 'quote' }] });
  assert.deepEqual(both, [
    section('a'),
    section('b'),
    { type: 'actions', elements: [button('command:quote', 'Leave it', 'quote')] },
  ]);
});
