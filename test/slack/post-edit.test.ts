import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editOf } from '../../src/slack/post-edit.ts';

const ts = '1700000001.000200';
const post = { type: 'message', user: 'U1', text: 'the API is down', ts };
const file = { id: 'F1', name: 'a.log', url_private: 'https://files.slack.com/F1' };
const changed = (message: object, previous_message?: object, at = '1700000009.000900') =>
  editOf({ type: 'message', subtype: 'message_changed', ts: at, message, previous_message });

test('what is not new to a reader is no edit', () => {
  const unfurled = [{ from_url: 'https://x.example', title: 'the API is down', text: 'disk full' }];
  const cases: Record<string, [after: object, before: object]> = {
    'an unfurled link': [{ ...post, attachments: unfurled }, post],
    'an unfurl of an app': [
      { ...post, attachments: [{ app_unfurl_url: 'https://x.example', text: 'disk full' }] },
      post,
    ],
    'a removed unfurl': [post, { ...post, attachments: unfurled }],
    'another unfurl': [
      { ...post, attachments: [{ original_url: 'https://y.example', text: 'y' }] },
      { ...post, attachments: unfurled },
    ],
    'a pin': [{ ...post, pinned_to: ['C1'], pinned_info: { C1: {} } }, post],
    metadata: [{ ...post, metadata: { event_type: 'x', event_payload: {} } }, post],
    reactions: [{ ...post, reactions: [{ name: 'fire', count: 1 }] }, post],
    'the counters of a thread': [{ ...post, reply_count: 4, latest_reply: '1700000002.000000' }, post],
    'a removed file': [post, { ...post, files: [file] }],
    'a deleted file': [
      { ...post, files: [{ id: 'F1', mode: 'tombstone' }] },
      { ...post, files: [file] },
    ],
    'the mark of an edit alone': [{ ...post, edited: { user: 'U1', ts: '1700000008.000000' } }, post],
  };
  for (const [name, [after, before]] of Object.entries(cases)) assert.equal(changed(after, before), null, name);
  assert.equal(changed(post), null, 'without the former version and the mark of an edit');
  assert.equal(editOf({ subtype: 'message_changed' }), null);
});

test('another text is an edit, and its key is the same for each delivery of it', () => {
  const after = { ...post, text: 'the API is up', edited: { user: 'U1', ts: '1700000008.000000' } };
  const edit = changed(after, post);
  assert.equal(edit?.isTextNew, true);
  assert.equal(edit?.before, 'the API is down');
  assert.equal(edit?.key, ':edited 1700000008.000000');
  assert.equal(changed(after, post, '1700000010.000000')?.key, edit?.key);
  assert.equal(changed(after)?.before, null, 'the former text is not always sent');
});

test('only the file that an edit added is read, and the text not again', () => {
  const before = { ...post, files: [file], edited: { user: 'U1', ts: '1700000008.000000' } };
  const edit = changed({ ...before, files: [file, { ...file, id: 'F2' }] }, before);
  assert.deepEqual(
    edit?.files.map(({ id }) => id),
    ['F2'],
  );
  assert.equal(edit?.isTextNew, false);
  assert.equal(edit?.key, ':files F2');
  const both = changed({ ...post, text: 'new', files: [file, { ...file, id: 'F2' }] }, { ...post, files: [file] });
  assert.deepEqual([both?.isTextNew, both?.files.length], [true, 1]);
});
