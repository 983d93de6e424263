import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databasePlace } from '../../src/lib/database-place.ts';

test('the place of a database has its host and name, and no part of the password', () => {
  assert.equal(databasePlace('postgres://me:topsecret@db:5432/x?sslmode=require'), 'postgres://db:5432/x');
  assert.equal(databasePlace('rediss://:topsecret@[::1]:6380/2'), 'rediss://[::1]:6380/2');
  for (const wrong of ['postgres://me:top/secret@db/x', 'postgres://me:top@se/cret@db/x', 'redis://me:1/secret@db']) {
    assert.match(databasePlace(wrong), /^the database of an address [^:]*$/);
    assert.doesNotMatch(databasePlace(wrong), /top|se\/|cret/);
  }
});
