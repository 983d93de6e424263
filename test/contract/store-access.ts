import assert from 'node:assert/strict';
import { type AuditEntry, auditKeptMs } from '../../src/domain/audit.ts';
import { hashOfSecret, type Token } from '../../src/domain/token.ts';
import { tokenOf } from '../support/tokens.ts';
import type { On } from './store-setup.ts';

const day = 86_400_000;

const newToken = (name: string, now: number, more: Partial<Token> = {}): Token =>
  tokenOf({ id: `id-${name}-${now}`, name, createdAt: now, ...more });

function newEntry(id: string, at: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    ...{ id, at, actor: { kind: 'token', name: 'ci' }, source: '10.0.0.9', action: 'track', target: 'disk full' },
    ...{ outcome: 'done', detail: '', requestId: 'r1', ...more },
  };
}

/** Tokens and the audit log. */
export function accessContract(on: On): void {
  on('a token is found by its hash, and is listed newest first', async ({ store, clock, open }) => {
    const [ci, backup] = [newToken('ci', clock.now()), newToken('backup', clock.now() + 1, { expiresAt: 5e12 })];
    await store.createToken(ci, clock.now());
    await store.createToken(backup, clock.now());
    assert.deepEqual(await store.tokenByHash(ci.hash), ci);
    assert.equal(await store.tokenByHash(hashOfSecret('another')), null);
    assert.deepEqual(await store.tokens(), [backup, ci]);
    const other = await open();
    assert.deepEqual(await other.tokenByHash(ci.hash), ci, 'another process knows it at once');
    await store.tokenUsed(ci.id, 77);
    assert.equal((await other.tokenByHash(ci.hash))?.lastUsedAt, 77);
  });

  on('a name belongs to one active token, and is free after its end', async ({ store, clock }) => {
    const now = clock.now();
    await store.createToken(newToken('ci', now, { expiresAt: now + 10 }), now);
    await assert.rejects(store.createToken(newToken('ci', now + 1), now), /There is a token "ci" already/);
    await store.createToken(newToken('ci', now + 10), now + 10);
    const revoked = await store.revokeToken('ci', now + 20);
    assert.equal(revoked?.revokedAt, now + 20);
    assert.equal(await store.revokeToken('ci', now + 21), null);
    await store.createToken(newToken('ci', now + 30), now + 30);
    assert.equal((await store.tokens()).length, 3);
  });

  on('tokens that ended leave after 90 days, active ones stay', async ({ store, clock }) => {
    const now = clock.now();
    await store.createToken(newToken('old', now, { revokedAt: now - auditKeptMs - day }), now);
    await store.createToken(newToken('late', now, { expiresAt: now - auditKeptMs + day }), now);
    await store.createToken(newToken('kept', now), now);
    await store.prune(now - day);
    assert.deepEqual((await store.tokens()).map(({ name }) => name).sort(), ['kept', 'late']);
  });

  on('entries of the audit log are listed newest first, an action once with its last outcome', async ({ store }) => {
    await store.writeAudit(newEntry('a', 1_000, { outcome: 'begun' }));
    await store.accept({ audit: [newEntry('b', 2_000, { target: '50%_off' })] });
    await store.writeAudit(newEntry('a', 3_000, { detail: 'closed' }));
    const all = await store.auditEntries({}, null, 10);
    const [a, b] = [newEntry('a', 1_000, { detail: 'closed' }), newEntry('b', 2_000, { target: '50%_off' })];
    assert.deepEqual(all, { items: [a, b], next: null });

    const first = await store.auditEntries({}, null, 1);
    assert.deepEqual(first.items, [a]);
    assert.deepEqual(await store.auditEntries({}, first.next, 1), { items: [b], next: null });
    const found = async (filter: object) => (await store.auditEntries(filter, null, 10)).items.map(({ id }) => id);
    assert.deepEqual(await found({ target: '%_O' }), ['b']);
    assert.deepEqual(await found({ target: '%x' }), []);
    assert.deepEqual(await found({ action: 'tra' }), ['a', 'b']);
    assert.deepEqual(await found({ action: 'rack' }), []);
    assert.deepEqual(await found({ actor: 'ci', outcome: 'done' }), ['a', 'b']);
    assert.deepEqual(await found({ actor: 'c' }), []);
    await assert.rejects(store.auditEntries({}, 'x', 10), /cursor "x"/);
  });

  on('a unit that is a duplicate writes no entry', async ({ store }) => {
    await store.accept({ key: 'k', audit: [newEntry('a', 1)] });
    await store.accept({ key: 'k', audit: [newEntry('b', 2)] });
    assert.deepEqual(
      (await store.auditEntries({}, null, 10)).items.map(({ id }) => id),
      ['a'],
    );
  });

  on('the audit log keeps 90 days', async ({ store, clock }) => {
    const now = clock.now();
    for (const [id, age] of [
      ['gone', 91],
      ['old', 89],
      ['new', 0],
    ] as const) {
      await store.writeAudit(newEntry(id, now - age * day));
    }
    await store.prune(now - day);
    assert.deepEqual(
      (await store.auditEntries({}, null, 10)).items.map(({ id }) => id),
      ['new', 'old'],
    );
  });

  on('a long text is cut, so that no entry is large', async ({ store }) => {
    await store.writeAudit(newEntry('a', 1, { target: 'x'.repeat(5_000), detail: 'y'.repeat(5_000) }));
    const [entry] = (await store.auditEntries({}, null, 10)).items;
    assert.deepEqual([entry?.target.length, entry?.detail.length], [200, 1_000]);
  });
}
