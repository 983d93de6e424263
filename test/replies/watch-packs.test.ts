import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Pack, PackError, watchPacks } from '../../src/replies/index.ts';

const pack = (name: string, reply = 'hello') => `name: ${name}\ntriggers:\n  hi: [${reply}]\n`;
const names = (packs: Pack[]) => packs.map(({ name }) => name);

/** A list that can be waited on: `next()` is the first one nobody has taken yet. */
function inbox<T>() {
  const kept: T[] = [];
  const waiting: ((value: T) => void)[] = [];
  return {
    kept,
    put(value: T): void {
      const first = waiting.shift();
      if (first) first(value);
      else kept.push(value);
    },
    async next(): Promise<T> {
      const first = kept.shift();
      return first ?? new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** A folder with these files, watched until the test ends. */
async function watched(t: TestContext, files: Record<string, string>) {
  const dir = await mkdtemp(join(tmpdir(), 'packs-'));
  const write = (name: string, content: string) => writeFile(join(dir, name), content);
  for (const [name, content] of Object.entries(files)) await write(name, content);
  const packs = inbox<Pack[]>();
  const errors = inbox<Error>();
  const watcher = await watchPacks({ dir, onPacks: packs.put, onError: errors.put, quietMs: 20 });
  t.after(async () => {
    await watcher.stop();
    await rm(dir, { recursive: true, force: true });
  });
  return { dir, write, packs, errors, watcher };
}

test('the packs of a folder are there when watching begins, in the order of their files', async (t) => {
  const { packs, errors } = await watched(t, {
    'b.yaml': pack('bee'),
    'a.yml': pack('ay'),
    'notes.txt': 'no pack',
    '.a.yaml.swp': 'no pack',
    '.hidden.yaml': 'no pack',
    'a.yaml~': 'no pack',
  });
  assert.deepEqual(names(packs.kept[0] ?? []), ['ay', 'bee']);
  assert.deepEqual(errors.kept, []);
});

test('no folder means no packs, and is told once', async () => {
  const packs = inbox<Pack[]>();
  const errors = inbox<Error>();
  const missing = inbox<string>();
  const dir = join(tmpdir(), 'there-is-no-such-folder');
  const watcher = await watchPacks({ dir, onPacks: packs.put, onError: errors.put, onNoFolder: missing.put });
  await watcher.stop();
  assert.deepEqual([packs.kept, errors.kept, missing.kept], [[[]], [], ['there is no such folder']]);
});

test('a file in place of the folder, or above it, is told in words', async (t) => {
  const { dir, write } = await watched(t, {});
  await write('file', '');
  for (const [path, said] of [
    ['file', 'it is not a folder'],
    ['file/packs', 'part of the path is a file'],
  ] as const) {
    const packs = inbox<Pack[]>();
    const errors = inbox<Error>();
    const missing = inbox<string>();
    const options = { onPacks: packs.put, onError: errors.put, onNoFolder: missing.put };
    const watcher = await watchPacks({ dir: join(dir, path), ...options });
    await watcher.stop();
    assert.deepEqual([packs.kept, errors.kept, missing.kept], [[[]], [], [said]]);
  }
});

test('new, changed and deleted files are followed', { timeout: 10_000 }, async (t) => {
  const { dir, write, packs } = await watched(t, { 'a.yaml': pack('a') });
  await packs.next();
  await write('b.yaml', pack('b'));
  assert.deepEqual(names(await packs.next()), ['a', 'b']);
  await write('a.yaml', pack('a', 'bye'));
  assert.equal((await packs.next())[0]?.triggers[0]?.replies[0]?.text, 'bye');
  await unlink(join(dir, 'a.yaml'));
  assert.deepEqual(names(await packs.next()), ['b']);
});

test('an editor that writes aside and renames is followed', { timeout: 10_000 }, async (t) => {
  const { dir, write, packs, errors } = await watched(t, { 'a.yaml': pack('a') });
  await packs.next();
  for (const reply of ['one', 'two']) {
    await write('.a.yaml.tmp', pack('a', reply));
    await rename(join(dir, 'a.yaml'), join(dir, 'a.yaml~'));
    await rename(join(dir, '.a.yaml.tmp'), join(dir, 'a.yaml'));
    let latest = await packs.next();
    // Between the two renames the pack is gone, which a slow machine may see.
    if (latest.length === 0) latest = await packs.next();
    assert.equal(latest[0]?.triggers[0]?.replies[0]?.text, reply);
  }
  assert.deepEqual(errors.kept, []);
});

test('a broken pack is refused with line and reason; its old version stays, others follow', {
  timeout: 10_000,
}, async (t) => {
  const { dir, write, packs, errors } = await watched(t, { 'a.yaml': pack('a'), 'b.yaml': pack('b') });
  await packs.next();
  // In one step, so that no half-written file is seen on the way.
  await write('.new', 'name: a\ntriggers:\n  hi: 7\n');
  await rename(join(dir, '.new'), join(dir, 'a.yaml'));
  const error = await errors.next();
  assert.ok(error instanceof PackError);
  const reason = 'trigger "hi" needs a list of replies, this is the number 7. Begin each with a dash';
  assert.deepEqual([error.file, error.problems], [join(dir, 'a.yaml'), [{ line: 3, reason }]]);

  await write('.new', pack('b', 'changed'));
  await rename(join(dir, '.new'), join(dir, 'b.yaml'));
  const [a, b] = await packs.next();
  assert.deepEqual([a?.triggers[0]?.replies[0]?.text, b?.triggers[0]?.replies[0]?.text], ['hello', 'changed']);
  assert.deepEqual(errors.kept, [], 'the same mistake is reported once');

  await write('.new', pack('a', 'mended'));
  await rename(join(dir, '.new'), join(dir, 'a.yaml'));
  assert.equal((await packs.next())[0]?.triggers[0]?.replies[0]?.text, 'mended');
});

test('a pack that is broken from the start does not keep the others out', async (t) => {
  const { packs, errors } = await watched(t, { 'a.yaml': 'name: [', 'b.yaml': pack('b') });
  assert.deepEqual(names(packs.kept[0] ?? []), ['b']);
  assert.equal(errors.kept.length, 1);
  assert.ok(errors.kept[0] instanceof PackError);
});

test('a folder called like a pack is reported and does no harm', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'packs-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, 'a.yaml'));
  await writeFile(join(dir, 'b.yaml'), pack('b'));
  const packs = inbox<Pack[]>();
  const errors = inbox<Error>();
  const watcher = await watchPacks({ dir, onPacks: packs.put, onError: errors.put });
  await watcher.stop();
  assert.deepEqual(names(packs.kept[0] ?? []), ['b']);
  assert.match(errors.kept[0]?.message ?? '', /EISDIR/);
});

test('after stop nothing is reported', async (t) => {
  const { write, packs, errors, watcher } = await watched(t, { 'a.yaml': pack('a') });
  await packs.next();
  await write('a.yaml', 'name: [');
  await watcher.stop();
  await write('b.yaml', pack('b'));
  assert.deepEqual([packs.kept, errors.kept], [[], []]);
});
