import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Pack, watchPacks } from '../../src/replies/index.ts';
import { FileRefused } from '../../src/yaml-files/index.ts';
import { manualClock } from '../support/clock.ts';

const pack = (name: string, reply = 'hello') => `name: ${name}\ntriggers:\n  hi: [${reply}]\n`;
const names = (packs: Pack[]) => packs.map(({ name }) => name);

/** A queue to wait on: `next()` resolves with the first item that was not taken yet. */
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

test('the packs of a folder are loaded when watching begins, in the order of their files', async (t) => {
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

test('a missing folder means no packs, and is reported once', async () => {
  const packs = inbox<Pack[]>();
  const errors = inbox<Error>();
  const missing = inbox<string | null>();
  const dir = join(tmpdir(), 'there-is-no-such-folder');
  const watcher = await watchPacks({ dir, onPacks: packs.put, onError: errors.put, onFolder: missing.put });
  await watcher.stop();
  assert.deepEqual([packs.kept, errors.kept, missing.kept], [[[]], [], ['there is no such folder']]);
});

test('a file in place of the folder, or of a parent, is reported in words', async (t) => {
  const { dir, write } = await watched(t, {});
  await write('file', '');
  for (const [path, said] of [
    ['file', 'it is not a folder'],
    ['file/packs', 'part of the path is a file'],
  ] as const) {
    const packs = inbox<Pack[]>();
    const errors = inbox<Error>();
    const missing = inbox<string | null>();
    const options = { onPacks: packs.put, onError: errors.put, onFolder: missing.put };
    const watcher = await watchPacks({ dir: join(dir, path), ...options });
    await watcher.stop();
    assert.deepEqual([packs.kept, errors.kept, missing.kept], [[[]], [], [said]]);
  }
});

test('a named pipe is refused, and holds nothing up', { timeout: 60_000 }, async (t) => {
  const { dir, write, packs, errors } = await watched(t, { 'a.yaml': pack('a') });
  assert.deepEqual(names(await packs.next()), ['a']);
  execFileSync('mkfifo', [join(dir, 'pipe.yaml')]);
  assert.match((await errors.next()).message, /pipe\.yaml:1: it is not a regular file, but a pipe/);
  await write('b.yaml', pack('b'));
  assert.deepEqual(names(await packs.next()), ['a', 'b']);
  assert.deepEqual(errors.kept, [], 'it is told once');
});

test('new, changed and deleted files are followed', { timeout: 60_000 }, async (t) => {
  const { dir, write, packs } = await watched(t, { 'a.yaml': pack('a') });
  await packs.next();
  await write('b.yaml', pack('b'));
  assert.deepEqual(names(await packs.next()), ['a', 'b']);
  await write('a.yaml', pack('a', 'bye'));
  assert.equal((await packs.next())[0]?.triggers[0]?.replies[0]?.text, 'bye');
  await unlink(join(dir, 'a.yaml'));
  assert.deepEqual(names(await packs.next()), ['b']);
});

test('a file that an editor replaces by a rename is followed', { timeout: 60_000 }, async (t) => {
  const { dir, write, packs, errors } = await watched(t, { 'a.yaml': pack('a') });
  await packs.next();
  for (const reply of ['one', 'two']) {
    await write('.a.yaml.tmp', pack('a', reply));
    await rename(join(dir, 'a.yaml'), join(dir, 'a.yaml~'));
    await rename(join(dir, '.a.yaml.tmp'), join(dir, 'a.yaml'));
    let latest = await packs.next();
    // Between the two renames the pack is missing, which a slow machine may report.
    if (latest.length === 0) latest = await packs.next();
    assert.equal(latest[0]?.triggers[0]?.replies[0]?.text, reply);
  }
  assert.deepEqual(errors.kept, []);
});

test('a broken pack is refused with line and reason; its old version stays, others follow', {
  timeout: 60_000,
}, async (t) => {
  const { dir, write, packs, errors } = await watched(t, { 'a.yaml': pack('a'), 'b.yaml': pack('b') });
  await packs.next();
  // In one step, so that no half-written file is read.
  await write('.new', 'name: a\ntriggers:\n  hi: 7\n');
  await rename(join(dir, '.new'), join(dir, 'a.yaml'));
  const error = await errors.next();
  assert.ok(error instanceof FileRefused);
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

test('a pack that is broken from the start does not affect the others', async (t) => {
  const { packs, errors } = await watched(t, { 'a.yaml': 'name: [', 'b.yaml': pack('b') });
  assert.deepEqual(names(packs.kept[0] ?? []), ['b']);
  assert.equal(errors.kept.length, 1);
  assert.ok(errors.kept[0] instanceof FileRefused);
});

test('a folder that is named like a pack is reported once, by its name, and ignored', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'packs-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  await mkdir(join(dir, 'a.yaml'));
  await writeFile(join(dir, 'b.yaml'), pack('b'));
  const packs = inbox<Pack[]>();
  const errors = inbox<Error>();
  const watcher = await watchPacks({ dir, onPacks: packs.put, onError: errors.put, quietMs: 50 });
  assert.deepEqual(names(await packs.next()), ['b']);
  await writeFile(join(dir, 'c.yaml'), pack('c'));
  assert.deepEqual(names(await packs.next()), ['b', 'c']);
  await watcher.stop();
  assert.deepEqual(
    errors.kept.map(({ message }) => message.replace(dir, '')),
    ['/a.yaml:1: it is a folder. Rename it, or move its files up'],
  );
});

test('after stop nothing is reported', async (t) => {
  const { write, packs, errors, watcher } = await watched(t, { 'a.yaml': pack('a') });
  await packs.next();
  await write('a.yaml', 'name: [');
  await watcher.stop();
  await write('b.yaml', pack('b'));
  assert.deepEqual([packs.kept, errors.kept], [[], []]);
});

/** Watches a folder with `packs`, with a clock that the test advances; `swap` replaces it by another folder with one pack. */
async function swappable(t: TestContext, first: string | null) {
  const root = await mkdtemp(join(tmpdir(), 'packs-'));
  const dir = join(root, 'packs');
  // In one step each, so that no half-written file is read.
  const make = async (at: string, name: string) => {
    await mkdir(join(root, 'made'));
    await writeFile(join(root, 'made', 'a.yaml'), pack(name));
    await rename(join(root, 'made'), join(root, at));
  };
  const add = async (file: string, name: string) => {
    await writeFile(join(root, 'aside'), pack(name));
    await rename(join(root, 'aside'), join(dir, file));
  };
  if (first !== null) await make('packs', first);
  const clock = manualClock();
  const packs = inbox<Pack[]>();
  const errors = inbox<Error>();
  const said = inbox<string | null>();
  const watcher = await watchPacks({ dir, onPacks: packs.put, onError: errors.put, onFolder: said.put, clock });
  t.after(async () => {
    await watcher.stop();
    await rm(root, { recursive: true, force: true });
  });
  await packs.next();
  /** Advances the clock to further checks until there are packs that were not taken yet. */
  async function later(): Promise<string[]> {
    for (let looks = 0; looks < 100 && packs.kept.length === 0; looks += 1) await clock.advance(5_000);
    return names(await packs.next());
  }
  return { root, dir, make, add, clock, packs, errors, said, watcher, later };
}

test('a folder that replaces the watched one is followed, and so are its changes', {
  timeout: 60_000,
}, async (t) => {
  const { root, dir, make, add, errors, said, later } = await swappable(t, 'one');
  for (const name of ['two', 'three']) {
    await make('new', name);
    await rename(dir, join(root, `before-${name}`));
    await rename(join(root, 'new'), dir);
    assert.deepEqual(await later(), [name]);
    await writeFile(join(root, `before-${name}`, 'a.yaml'), pack('of the folder before'));
    await add('b.yaml', 'more');
    assert.deepEqual(await later(), [name, 'more']);
  }
  assert.deepEqual([errors.kept, said.kept], [[], []]);
});

test('a deleted folder is reported once, and followed when it is created again', { timeout: 60_000 }, async (t) => {
  const { dir, make, add, clock, packs, errors, said, later } = await swappable(t, 'one');
  await rm(dir, { recursive: true });
  while (said.kept.length === 0) {
    await clock.advance(5_000);
    packs.kept.length = 0;
  }
  for (let looks = 0; looks < 5; looks += 1) await clock.advance(5_000);
  assert.deepEqual([said.kept, packs.kept], [['there is no such folder'], []]);
  await make('packs', 'two');
  assert.deepEqual(await later(), ['two']);
  await add('b.yaml', 'more');
  assert.deepEqual(await later(), ['two', 'more']);
  assert.deepEqual([said.kept, errors.kept], [['there is no such folder', null], []]);
});

test('a folder that is created after the start is followed', { timeout: 60_000 }, async (t) => {
  const { make, said, later } = await swappable(t, null);
  await make('packs', 'late');
  assert.deepEqual(await later(), ['late']);
  assert.deepEqual(said.kept, ['there is no such folder', null]);
});

test('a link that leads to another folder is followed', { timeout: 60_000 }, async (t) => {
  const { root, dir, make, said, later } = await swappable(t, null);
  await make('v1', 'one');
  await make('v2', 'two');
  await symlink(join(root, 'v1'), dir);
  assert.deepEqual(await later(), ['one']);
  await symlink(join(root, 'v2'), join(root, 'link'));
  await rename(join(root, 'link'), dir);
  assert.deepEqual(await later(), ['two']);
  assert.deepEqual(said.kept, ['there is no such folder', null]);
});

test('after stop the folder is not checked any more', async (t) => {
  const { make, clock, packs, said, watcher } = await swappable(t, null);
  await watcher.stop();
  await make('packs', 'late');
  await clock.advance(60_000);
  assert.deepEqual([packs.kept, said.kept], [[], ['there is no such folder']]);
});
