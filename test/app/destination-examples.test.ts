import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDestinations } from '../../src/destinations/named/index.ts';

const root = join(import.meta.dirname, '../..');

test('the file of docs/destinations.md and the sample are right', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'ultronex-'));
  t.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'smtp'), 'secret\n');
  const page = readFileSync(join(root, 'docs/destinations.md'), 'utf8');
  const [, text = ''] = /^```yaml\n(.*?)^```/ms.exec(page) ?? [];
  const sample = readFileSync(join(root, 'destinations/example.yaml.sample'), 'utf8');
  const namesOf = (yaml: string) =>
    loadDestinations(yaml.replace('/run/secrets/smtp', join(dir, 'smtp')), 'd.yaml').map(({ name, way, when }) => [
      name,
      way.kind,
      when,
    ]);
  assert.deepEqual(namesOf(text), [
    ['mail', 'email', 'slack-down'],
    ['phone', 'ntfy', 'always'],
    ['archive', 'webhook', 'always'],
  ]);
  assert.deepEqual(namesOf(sample), [['mail', 'email', 'slack-down']]);
});
