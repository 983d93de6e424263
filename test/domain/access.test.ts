import assert from 'node:assert/strict';
import { test } from 'node:test';
import { person } from '../../src/domain/principal.ts';
import { allows, formatGrant, limitsOf, parseGrant, scopeNames } from '../../src/domain/scope.ts';
import { hashOfSecret, isSecret, newSecret, stateOf } from '../../src/domain/token.ts';

const grants = (...written: string[]) => written.map(parseGrant);

test('a scope is written as it is read', () => {
  for (const written of ['read', 'post', 'post:#ops', 'beat:nightly-backup', 'hook:alertmanager', 'admin']) {
    assert.equal(formatGrant(parseGrant(written)), written);
  }
});

test('a wrong scope names its value and the remedy', () => {
  const refused: [string, RegExp][] = [
    ['pots', /scope "pots" is not known; did you mean post\?/],
    ['everything', /scope "everything" is not known; scopes are read, post, /],
    ['read:x', /scope "read:x" cannot be limited; write read/],
    ['post:', /scope "post:" has no name after the colon; write post:#channel/],
    ['beat:a b', /scope "beat:a b" names one NAME; give the scope once for each/],
    ['beat:a,b', /scope "beat:a,b" names one NAME/],
    ['hook:*', /has a wildcard, which there is not; write hook/],
    ['post:#', /names no channel; write post:#channel, or the id of a person/],
    ['post:@ada', /names no channel/],
    ['fo', /scope "fo" is not known; scopes are/],
    ['toString', /scope "toString" is not known/],
    ['', /scope "" is not known/],
  ];
  for (const [written, reason] of refused) assert.throws(() => parseGrant(written), reason);
});

test('a scope allows itself, with a limit only one thing, and admin allows all', () => {
  for (const scope of scopeNames) {
    for (const other of scopeNames) {
      assert.equal(allows(grants(scope), other), scope === other || scope === 'admin', `${scope} → ${other}`);
    }
  }
  assert.equal(allows(grants('beat:backup'), 'beat', 'backup'), true);
  assert.equal(allows(grants('beat:backup'), 'beat', 'backup2'), false);
  assert.equal(allows(grants('beat:backup', 'beat:other'), 'beat', 'other'), true);
  assert.equal(allows(grants('beat:backup'), 'beat'), true, 'checked later');
  assert.equal(allows([], 'read'), false);
});

test('the limits of a scope are those of all its grants, unless one has none', () => {
  assert.deepEqual(limitsOf(grants('post:#ops', 'post:#dev', 'beat:x'), 'post'), ['#ops', '#dev']);
  assert.equal(limitsOf(grants('post:#ops', 'post'), 'post'), null);
  assert.equal(limitsOf(grants('post:#ops', 'admin'), 'post'), null);
  assert.deepEqual(limitsOf(grants('read'), 'post'), []);
});

test('a viewer reads, an operator does all but administrate and read private messages, an admin does all', () => {
  const may = (role: 'viewer' | 'operator' | 'admin') => {
    const { grants } = person('ada', role);
    return scopeNames.filter((scope) => allows(grants, scope));
  };
  assert.deepEqual(may('viewer'), ['read']);
  assert.deepEqual(
    may('operator'),
    scopeNames.filter((scope) => scope !== 'admin' && scope !== 'events'),
  );
  assert.deepEqual(may('admin'), scopeNames);
});

test('a secret has its form and checksum; every slip of one character is noticed', () => {
  const secret = newSecret();
  assert.match(secret, /^ux_[0-9A-Za-z]{36}$/);
  assert.equal(isSecret(secret), true);
  for (let at = 3; at < secret.length; at++) {
    const other = secret[at] === 'x' ? 'y' : 'x';
    assert.equal(isSecret(secret.slice(0, at) + other + secret.slice(at + 1)), false, `character ${at}`);
  }
  for (const wrong of [secret.slice(0, -1), `${secret}0`, secret.slice(3), ` ${secret}`, `${secret}\n`, '']) {
    assert.equal(isSecret(wrong), false, JSON.stringify(wrong));
  }
  assert.notEqual(newSecret(), secret);
  assert.equal(hashOfSecret(secret).length, 43);
});

test('secrets use every character about equally often', () => {
  const counts = new Map<string, number>();
  for (let made = 0; made < 400; made++) {
    for (const character of newSecret().slice(3, 33)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  // 12,000 characters, 194 of each on average; five standard deviations are 69.
  assert.equal(counts.size, 62);
  for (const [character, count] of counts) assert.ok(Math.abs(count - 194) < 75, `${character}: ${count}`);
});

test('a token is active until it expires or is revoked', () => {
  assert.equal(stateOf({ revokedAt: null, expiresAt: null }, 5), 'active');
  assert.equal(stateOf({ revokedAt: null, expiresAt: 6 }, 5), 'active');
  assert.equal(stateOf({ revokedAt: null, expiresAt: 5 }, 5), 'expired');
  assert.equal(stateOf({ revokedAt: 4, expiresAt: 5 }, 5), 'revoked');
});
