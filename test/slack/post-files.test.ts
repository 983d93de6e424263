import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesOf, readFile } from '../../src/slack/post-files.ts';

const hosted = { id: 'F1', name: 'a.log', mode: 'hosted', url_private: 'https://files.slack.com/F1' };

test('a file that cannot be read says why, whatever Slack calls it', () => {
  const cases: [Record<string, unknown>, string | undefined][] = [
    [hosted, undefined],
    [{ ...hosted, mode: 'snippet' }, undefined],
    [{ id: 'F1', mode: 'file_access', file_access: 'check_file_info' }, undefined],
    [{ id: 'F1', mode: 'tombstone' }, 'deleted'],
    [{ id: 'F1', mode: 'hidden_by_limit' }, 'hidden by the limit of the workspace’s plan'],
    [{ id: 'F1', mode: 'file_access', file_access: 'file_not_found' }, 'deleted, or not shared with me'],
    [{ id: 'F1', file_access: 'access_denied' }, 'not allowed by the workspace that it belongs to'],
    [{ ...hosted, mode: 'external', is_external: true, external_type: 'gdrive' }, 'kept in Google Drive, not in Slack'],
    [
      { id: 'F1', is_external: true, external_url: 'https://wiki.example.com/x' },
      'kept in wiki.example.com, not in Slack',
    ],
    [{ id: 'F1', is_external: true }, 'kept in another service, not in Slack'],
    [{ ...hosted, mode: 'quip' }, 'a canvas, whose text Slack does not give'],
    [{ ...hosted, filetype: 'list' }, 'a list, whose text Slack does not give'],
    [{ ...hosted, mode: 'space' }, 'a post of Slack’s old editor, whose text Slack does not give'],
    [{ id: 'F1', name: 'a.log' }, 'Slack gave no address for it'],
  ];
  for (const [file, unread] of cases) assert.equal(readFile(file)?.unread, unread, JSON.stringify(file));
  for (const junk of [null, 7, 'F1', [], {}, { name: 'a' }]) assert.equal(readFile(junk), null);
});

test('what Slack sent of the text is kept: of a mail, a recording, a snippet', () => {
  assert.equal(readFile({ id: 'F1', mode: 'email', plain_text: 'disk full' })?.excerpt, 'disk full');
  assert.equal(readFile({ id: 'F1', preview: 'first lines' })?.excerpt, 'first lines');
  const recording = { id: 'F1', transcription: { status: 'complete', preview: { content: 'we are down' } } };
  assert.equal(readFile(recording)?.excerpt, 'we are down');
  assert.equal(readFile({ id: 'F1', preview: 'x'.repeat(1_000_000) })?.excerpt?.length, 100_000);
});

test('files of forwarded posts count, each once, and not more than fifty', () => {
  const post = { files: [hosted, null, 7], attachments: [{ files: [hosted, { ...hosted, id: 'F2' }] }, null, {}] };
  assert.deepEqual(
    filesOf(post).map(({ id }) => id),
    ['F1', 'F2'],
  );
  const many = Array.from({ length: 300 }, (_, index) => ({ ...hosted, id: `F${index}` }));
  assert.equal(filesOf({ files: many }).length, 50);
  assert.deepEqual(filesOf({ files: 'junk', attachments: 7 }), []);
});
