import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncomingFile } from '../../src/domain/event.ts';
import type { FetchedFile } from '../../src/ports/source.ts';
import { lookAtFiles } from '../../src/scan/look.ts';
import { encode } from '../support/encode.ts';
import { incoming } from '../support/messages.ts';

const file = (name: string, more: Partial<IncomingFile> = {}): IncomingFile => ({
  id: name,
  name,
  mimetype: 'application/octet-stream',
  size: 1,
  url: 'https://files.slack.com/x',
  ...more,
});
const fetched = (content: string | Buffer): FetchedFile => ({
  kind: 'fetched',
  bytes: Buffer.from(content),
});

async function look(files: IncomingFile[], answers: Record<string, FetchedFile>) {
  const asked: string[] = [];
  const fetcher = {
    async fetch(_team: string, { id }: IncomingFile) {
      asked.push(id);
      return answers[id] ?? ({ kind: 'refused', reason: 'deleted' } as const);
    },
  };
  return { ...(await lookAtFiles(incoming({ files }), fetcher, () => {})), asked };
}

test('a bad file does not affect others, and each unread file is named with the reason', async () => {
  const names = ['gone.txt', 'empty.txt', 'pic.log', 'app.bin', '<!here>_&.txt', 'old.txt'];
  const { texts, files, notes, retry } = await look(
    names.map((name) => file(name)),
    {
      'empty.txt': fetched(''),
      'pic.log': fetched(Buffer.from('89504e470d0a1a0a', 'hex')),
      'app.bin': fetched('disk full'),
      'old.txt': fetched(encode('shift_jis', '障害発生 ディスク')),
    },
  );
  assert.ok(texts.includes('disk full') && texts.includes('障害発生 ディスク'));
  assert.deepEqual(
    files.map(({ name }) => name),
    ['pic.log', 'app.bin', 'old.txt'],
  );
  assert.deepEqual(notes, [
    'gone.txt: deleted',
    'empty.txt: empty',
    'pic.log: not text but a PNG image',
    '&lt;!here&gt;_&amp;.txt: deleted',
  ]);
  assert.equal(retry, null);
});

test('a file that could not be fetched is reported, and the others are read', async () => {
  const { texts, notes, retry } = await look([file('away.log', { excerpt: 'its beginning' }), file('b.log')], {
    'away.log': { kind: 'retry', reason: 'HTTP 502' },
    'b.log': fetched('disk full'),
  });
  assert.equal(retry, 'HTTP 502');
  assert.deepEqual(texts, ['its beginning', 'disk full']);
  assert.deepEqual(notes, ['away.log: could not be fetched: HTTP 502']);
});

test('the bytes of a message’s files and the length of a note are limited', async () => {
  const mib = 1024 * 1024;
  const large = Array.from({ length: 6 }, (_, index) => file(`large${index}`, { size: 4 * mib }));
  const content = fetched(Buffer.alloc(4 * mib, 'x'));
  const { asked, notes } = await look(large, Object.fromEntries(large.map(({ id }) => [id, content])));
  assert.equal(asked.length, 5);
  assert.match(notes[0] ?? '', /^large5: the files of one message are read up to 20 MiB/);

  const [long] = (await look([file('n'.repeat(3_000))], {})).notes;
  assert.ok((long ?? '').length < 120, `${long?.length} characters`);
});

test('a file’s name may come from the download’s response', async () => {
  const { notes } = await look([file('F1')], {
    F1: { name: 'plan.pdf', kind: 'refused', reason: 'larger than 5 MiB' },
  });
  assert.deepEqual(notes, ['plan.pdf: larger than 5 MiB']);
});
