import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Content, edited } from '../../src/domain/delivery.ts';

const buttons = [{ label: 'Mute', command: 'mute 1h' }];

/** Without the fields that are undefined. */
function fieldsOf(content: Content): Content {
  return JSON.parse(JSON.stringify(content));
}

test('an edit of the text keeps sections, buttons and blocks', () => {
  const content = { text: 'a', title: 't', sections: ['a'], buttons };
  assert.deepEqual(fieldsOf(edited(content, { text: 'b' })), { ...content, text: 'b' });
  const blocks = [{ type: 'divider' }];
  assert.deepEqual(fieldsOf(edited({ text: 'a', blocks }, { title: 't' })), { text: 'a', title: 't', blocks });
});

test('new blocks replace sections and buttons, and new sections replace blocks', () => {
  const blocks = [{ type: 'divider' }];
  assert.deepEqual(fieldsOf(edited({ text: 'a', sections: ['a'], buttons }, { blocks })), { text: 'a', blocks });
  const card = { text: 'b', sections: ['b', 'c'] };
  assert.deepEqual(fieldsOf(edited({ text: 'a', blocks }, card)), card);
});
