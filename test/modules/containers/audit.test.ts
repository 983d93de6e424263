import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type AuditEntry, createAudit } from '../../../src/modules/containers/audit.ts';
import { importAudit } from '../../../src/modules/containers/import-audit.ts';
import { createSqliteStore } from '../../../src/stores/index.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';

async function start(t: TestContext) {
  const dir = tempDir(t);
  const clock = manualClock();
  const options = { file: join(dir, 'store.db'), owner: 'test', clock, onError: assert.ifError };
  const store = await createSqliteStore(options);
  t.after(() => store.close());
  return { dir, clock, store, audit: createAudit(store) };
}

const entry = (id: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ id, at: 1_700_000_000_000, actor: { kind: 'user', name: 'ultronex' }, from: '127.0.0.1', requestId: 'r1' },
  ...{ action: 'restart', container: 'web', outcome: 'begun', detail: '' },
  ...more,
});

describe('the containers’ part of the audit log', () => {
  it('shows an action once, with its begin and its outcome, and nothing of others', async (t) => {
    const { audit, store } = await start(t);
    await audit.append(entry('a'));
    await audit.append(entry('b'));
    const { from: source, container: target, ...rest } = entry('c');
    await store.writeAudit({ ...rest, source, target, action: 'track' });
    await audit.append(entry('a', { at: 1_700_000_009_000, outcome: 'failed', detail: 'why' }));
    assert.deepEqual(await audit.newest(200), [entry('a', { outcome: 'failed', detail: 'why' }), entry('b')]);
    assert.deepEqual(await audit.newest(1), [entry('a', { outcome: 'failed', detail: 'why' })]);
  });

  it('takes the files of older versions over, once, but no invalid line and nothing older than 90 days', async (t) => {
    const { dir, store, clock, audit } = await start(t);
    const line = (id: string, daysAgo: number, more = {}) =>
      `${JSON.stringify({
        ...{ id, at: new Date(clock.now() - daysAgo * 86_400_000).toISOString(), via: 'slack', who: 'U1', from: 'C1' },
        ...{ action: 'shell', container: 'web', outcome: 'done', detail: 'closed', ...more },
      })}\n`;
    const many = Array.from({ length: 1_200 }, (_, number) => line(`m${number}`, 3)).join('');
    writeFileSync(join(dir, 'audit.log.1'), `${line('old', 91)}${many}`);
    writeFileSync(
      join(dir, 'audit.log'),
      `${line('a', 2, { outcome: 'begun', detail: '' })}{"id":"half\n${line('a', 1)}`,
    );
    const lines: unknown[] = [];
    const log = { info: (fields: unknown) => lines.push(fields), warn: assert.fail };
    const take = () => importAudit(join(dir, 'audit.log'), { store, clock, log: log as never });
    await take();
    const [newest, next, ...others] = await audit.newest(2_000);
    assert.deepEqual([newest?.id, newest?.outcome, newest?.actor], ['a', 'done', { kind: 'slack', name: 'U1' }]);
    assert.equal(newest?.at, clock.now() - 2 * 86_400_000, 'the time of its begin');
    assert.deepEqual([next?.id, others.length], ['m1199', 1_199]);
    assert.deepEqual(
      readdirSync(dir)
        .filter((name) => name.startsWith('audit'))
        .sort(),
      ['audit.log.1.imported', 'audit.log.imported'],
    );
    assert.equal(lines.length, 2);
    await take();
    assert.equal((await audit.newest(2_000)).length, 1_201);
  });

  it('a program that was killed between the entries and the new name takes each entry once', async (t) => {
    const { dir, store, clock } = await start(t);
    const old = { id: 'a', at: new Date(clock.now()).toISOString(), via: 'http', who: 'ultronex', from: '' };
    const text = JSON.stringify({ ...old, action: 'stop', container: 'web', outcome: 'done', detail: '' });
    const file = join(dir, 'audit.log');
    const log = { info() {}, warn: assert.fail } as never;
    for (let turn = 0; turn < 2; turn++) {
      writeFileSync(file, text);
      await importAudit(file, { store, clock, log });
    }
    assert.ok(!existsSync(file));
    const { items } = await store.auditEntries({}, null, 10);
    assert.equal(items.length, 1);
  });
});
