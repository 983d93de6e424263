import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type AuditEntry, createAudit } from '../../../src/modules/containers/audit.ts';
import { AuditUnavailable } from '../../../src/modules/containers/errors.ts';
import { tempDir } from '../../support/temp.ts';
import { auditOf } from './support.ts';

function start(t: TestContext) {
  const dir = tempDir(t);
  const file = join(dir, 'audit.log');
  return { dir, file, audit: createAudit(file) };
}

const entry = (id: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: '2026-01-02T03:04:05.000Z',
  ...{ via: 'http', who: 'ultronex', from: '127.0.0.1', action: 'restart', container: 'web', outcome: 'begun' },
  detail: '',
  ...more,
});

describe('the audit log', () => {
  it('is empty before its first line', async (t) => {
    assert.deepEqual(await start(t).audit.newest(200), []);
  });

  it('keeps the order in which lines were given, for its owner only', async (t) => {
    const { dir, file, audit } = start(t);
    await Promise.all(['a', 'b', 'c'].map((id) => audit.append(entry(id))));
    assert.deepEqual(
      auditOf(dir).map(({ id }) => id),
      ['a', 'b', 'c'],
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('shows a deed once: when it began and how it ended', async (t) => {
    const { audit } = start(t);
    await audit.append(entry('a'));
    await audit.append(entry('b'));
    await audit.append(entry('a', { at: '2026-01-02T03:05:00.000Z', outcome: 'failed', detail: 'why' }));
    assert.deepEqual(await audit.newest(200), [entry('b'), entry('a', { outcome: 'failed', detail: 'why' })]);
    assert.deepEqual(await audit.newest(1), [entry('b')]);
  });

  it('goes on after half a line, which a full disk leaves', async (t) => {
    const { file, audit } = start(t);
    await audit.append(entry('a'));
    appendFileSync(file, '{"id":"half');
    await audit.append(entry('b'));
    assert.deepEqual(await audit.newest(200), [entry('b'), entry('a')]);
  });

  it('shows the newest of a long file', async (t) => {
    const { file, audit } = start(t);
    const detail = 'ü'.repeat(1_000);
    for (let i = 0; i < 600; i += 1) appendFileSync(file, `${JSON.stringify(entry(`${i}`, { detail }))}\n`);
    const ids = (await audit.newest(200)).map(({ id }) => id);
    assert.deepEqual([ids.length, ids[0], ids.at(-1)], [200, '599', '400']);
  });

  it('says when it takes no line, and takes the next', async (t) => {
    const { dir, audit } = start(t);
    const broken = createAudit(join(dir, 'folder', 'audit.log'));
    await assert.rejects(broken.append(entry('a')), AuditUnavailable);
    mkdirSync(join(dir, 'folder'));
    await broken.append(entry('b'));
    assert.deepEqual(await broken.newest(200), [entry('b')]);
    assert.deepEqual(await audit.newest(200), []);
  });

  it('begins anew when the file is long, keeps four older ones, and still shows the newest of both', async (t) => {
    const { dir, file } = start(t);
    const audit = createAudit(file, 3_000);
    const detail = 'x'.repeat(1_000);
    for (let i = 0; i < 20; i += 1) await audit.append(entry(`${i}`, { detail }));
    assert.deepEqual(readdirSync(dir).sort(), ['audit.log', ...[1, 2, 3, 4].map((number) => `audit.log.${number}`)]);
    assert.deepEqual(
      (await audit.newest(4)).map(({ id }) => id),
      ['19', '18', '17', '16'],
    );
    assert.equal(statSync(`${file}.4`).mode & 0o777, 0o600);
    assert.ok(statSync(file).size < 5_000);
  });
});
