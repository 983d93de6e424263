import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { coreSettings } from '../../src/config/schema.ts';
import { followPlans } from '../../src/watch-files/index.ts';
import { manualClock } from '../support/clock.ts';

/** Returns the names of the checks, and whether that is all, at the start with these files. */
async function atStart(files: Record<string, string> | null, lines: string[] = []): Promise<[string[], boolean]> {
  const root = mkdtempSync(join(tmpdir(), 'watch-'));
  const dir = join(root, 'watch');
  if (files !== null) mkdirSync(dir);
  for (const [name, content] of Object.entries(files ?? {})) writeFileSync(join(dir, name), content);
  const plans: [string[], boolean][] = [];
  const followed = await followPlans({
    ...{ dir, timeZone: 'UTC', clock: manualClock(), log: pino({}, { write: (line) => void lines.push(line) }) },
    onPlan: ({ checks }, isWhole) => plans.push([checks.map(({ name }) => name), isWhole]),
  });
  await followed.stop();
  rmSync(root, { recursive: true });
  assert.equal(plans.length, 1);
  return plans[0] ?? [[], true];
}

test('a plan is whole if the folder is there and each file has a valid version', async () => {
  const shop = "checks: [{ name: shop, tcp: 'shop.example:1' }]";
  assert.deepEqual(await atStart({ 'a.yaml': shop }), [['shop'], true]);
  assert.deepEqual(await atStart({}), [[], true]);
  assert.deepEqual(await atStart({ 'a.yaml': shop, 'b.yaml': 'checks: 1' }), [['shop'], false]);
  assert.deepEqual(await atStart(null), [[], false]);
});

test('the log tells of a folder that is missing', async () => {
  const lines: string[] = [];
  await atStart(null, lines);
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? '',
    /"level":40.*WATCH_DIR=.*there is no such folder, so nothing of it is watched\. Make a folder there/,
  );
});

test('the default WATCH_DIR may be missing, which is no warning', async (t) => {
  const before = process.cwd();
  const root = mkdtempSync(join(tmpdir(), 'watch-'));
  process.chdir(root);
  t.after(() => {
    process.chdir(before);
    rmSync(root, { recursive: true });
  });
  const lines: string[] = [];
  const { default: dir } = coreSettings.WATCH_DIR as unknown as { default: string };
  const followed = await followPlans({
    ...{ dir, timeZone: 'UTC', clock: manualClock(), log: pino({}, { write: (line) => void lines.push(line) }) },
    onPlan() {},
  });
  await followed.stop();
  assert.match(lines.join(), /"level":30.*WATCH_DIR=.*there is no such folder/);
});
