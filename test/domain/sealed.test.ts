import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeal, NotOpened, readSealKeys, type SealKey } from '../../src/domain/sealed.ts';

const keyOf = (id: string, byte: number): SealKey => ({ id, key: Buffer.alloc(32, byte) });

test('a sealed secret opens for its owner with any of the keys, and for nobody else', () => {
  const old = createSeal([keyOf('k1', 1)]);
  const both = createSeal([keyOf('k2', 2), keyOf('k1', 1)]);
  const sealed = old.seal('xoxb-1', 'T1/bot token');
  assert.match(sealed, /^k1\.[\w-]+$/);
  assert.notEqual(sealed, old.seal('xoxb-1', 'T1/bot token'), 'each has its own nonce');
  assert.equal(both.open(sealed, 'T1/bot token'), 'xoxb-1');
  assert.deepEqual([both.isNewest(sealed), both.isNewest(both.seal('x', 'T1'))], [false, true]);
  assert.throws(() => both.open(sealed, 'T2/bot token'), NotOpened);
  assert.throws(() => both.open(`${sealed.slice(0, -2)}AA`, 'T1/bot token'), /does not open with the key "k1"/);
  assert.throws(() => both.open('k1.', 'T1/bot token'), NotOpened);
  assert.throws(
    () => createSeal([keyOf('k3', 3)]).open(sealed, 'T1'),
    /sealed with the key "k1", which TOKEN_KEYS does not/,
  );
  assert.throws(() => createSeal([keyOf('k1', 9)]).open(sealed, 'T1/bot token'), /another one of that name/);
});

test('keys are read in their order, and what is wrong is told without the key', () => {
  const base64 = Buffer.alloc(32, 7).toString('base64');
  assert.deepEqual(readSealKeys(`k2:${base64}, k1:${Buffer.alloc(32, 8).toString('base64')}`), [
    keyOf('k2', 7),
    keyOf('k1', 8),
  ]);
  assert.equal(
    readSealKeys('k1'),
    'entry 1 is not NAME:KEY with a name of letters, digits, - and _ and a key in base64',
  );
  assert.match(String(readSealKeys('k1:c2hvcnQ=')), /^the key "k1" has 5 bytes, not 32; make one with/);
  assert.equal(readSealKeys(`k1:${base64},k1:${base64}`), 'there are two keys "k1"');
});
