import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isUnusedStore } from '../../src/cli/unused-store.ts';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { migrate } from '../../src/stores/sqlite/schema.ts';
import { tempDir } from '../support/temp.ts';

/** Returns whether a store whose audit log has these entries counts as unused. */
function isUnused(t: TestContext, entries: readonly (readonly [action: string, outcome: string])[]): boolean {
  const dir = tempDir(t);
  const file = join(dir, 'ultronex.db');
  const db = openDatabase(file);
  migrate(db);
  const add = db.prepare<[string, string]>(
    "INSERT INTO audit (id, at, actor_kind, actor, source, action, target, outcome, detail, request_id) VALUES ('a', 1, 'user', 'u', '', ?, 'x', ?, '', '')",
  );
  for (const [action, outcome] of entries) add.run(action, outcome);
  db.close();
  return isUnusedStore(dir, file);
}

describe('a store is unused', () => {
  it('without an entry in its audit log', (t) => assert.equal(isUnused(t, []), true));

  it("with entries of the server's commands, and of refused callers", (t) => {
    const commands = ['deploy', 'rollback', 'update', 'restore', 'rotate-secrets'];
    const entries = commands.flatMap((action) => [[action, 'done'] as const, [action, 'failed'] as const]);
    assert.equal(isUnused(t, [...entries, ['token create', 'refused']]), true);
  });

  for (const entry of [
    ['track', 'done'],
    ['container restart', 'failed'],
    ['database upgrade', 'done'],
  ] as const) {
    it(`but not with an entry of "${entry[0]}" beside them`, (t) =>
      assert.equal(isUnused(t, [['deploy', 'done'], entry]), false));
  }
});
