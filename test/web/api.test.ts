import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deliveryView } from '../../src/http/views.ts';

test('the pages know every field of a line of the ledger, and none that it does not have', () => {
  const source = readFileSync(new URL('../../src/web/api.ts', import.meta.url), 'utf8');
  const [, body = ''] = /export interface Delivery \{\n([\s\S]*?)\n\}/.exec(source) ?? [];
  const fields = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name);
  assert.deepEqual(fields, Object.keys(deliveryView([]).properties));
});
