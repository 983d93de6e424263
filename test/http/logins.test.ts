import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person } from '../../src/domain/principal.ts';
import { createAccess } from '../../src/http/access.ts';
import { createLoginQueue } from '../../src/http/login-queue.ts';
import { createWrongLogins, mostWrongLogins, sourceOf, windowMs } from '../../src/http/wrong-logins.ts';
import { hashPassword } from '../../src/people/index.ts';
import { authorization, basic, startApi, user } from './support.ts';

const secret = 'a password to hash';
const [api, hashed] = await Promise.all([
  startApi({ after }),
  startApi({ after }, { BASIC_AUTH_PASSWORD: await hashPassword(secret) }),
]);

const ask = (base: string, header: string, from: string) =>
  fetch(`${base}/stats`, { headers: { authorization: header, 'x-forwarded-for': from } });

test('after twenty wrong passwords an address is locked, and gets Retry-After', async () => {
  for (let number = 0; number < mostWrongLogins; number++) {
    assert.equal((await ask(api.base, basic(user, `wrong ${number}`), '203.0.113.1')).status, 401);
  }
  for (const header of [basic(user, 'wrong'), authorization]) {
    const response = await ask(api.base, header, '203.0.113.1');
    assert.equal(response.status, 429);
    const seconds = Number(response.headers.get('retry-after'));
    assert.ok(seconds > 0 && seconds <= 300, `${seconds}`);
    assert.deepEqual(await response.json(), {
      msg: 'Too many wrong passwords from this address; logins are refused for a while.',
    });
    assert.equal(response.headers.get('www-authenticate'), null, 'a browser must not ask again');
  }
  assert.equal((await ask(api.base, authorization, '203.0.113.2')).status, 200, 'others are not locked out');
  assert.equal((await ask(api.base, authorization, '203.0.113.1')).status, 200, 'nor is a login that was right before');
});

test('a remembered login does not wait for checks of wrong ones', async () => {
  const pending: (() => void)[] = [];
  const basicAuth = (request: { principal: unknown }, _reply: unknown, done: () => void) =>
    void pending.push(() => {
      request.principal = person('ada', 'admin');
      done();
    });
  let generation = 0;
  const people = { generation: () => generation };
  const check = createAccess({ people, store: {} } as never, basicAuth as never);
  const passed: string[] = [];
  const ask = (authorization: string) => {
    const request = { headers: { authorization }, routeOptions: { config: { needs: [{ scope: 'read' }] } } };
    check.call({} as never, request as never, {} as never, (error) => {
      passed.push(`${authorization} ${error === undefined ? 'in' : 'out'}`);
    });
  };
  for (const right of ['right', 'also right']) {
    ask(right);
    pending.shift()?.();
  }
  for (let number = 0; number < 100; number++) ask(`wrong ${number}`);
  ask('right');
  ask('also right');
  assert.deepEqual(passed, ['right in', 'also right in', 'right in', 'also right in']);
  assert.equal(pending.length, 100);
  generation += 1;
  ask('right');
  assert.equal(pending.length, 101, 'after a change of the people every login is checked again');
});

test('with a scrypt line a flood of wrong logins gets 401 or 429, and a new right login is accepted after it', async () => {
  const right = basic(user, secret);
  assert.equal((await ask(hashed.base, right, '203.0.113.9')).status, 200);
  const flood = Array.from({ length: 120 }, (_, number) =>
    ask(hashed.base, basic(user, `wrong ${number}`), `198.51.100.${number % 20}`).then(({ status }) => status),
  );
  assert.equal((await ask(hashed.base, right, '203.0.113.9')).status, 200);
  assert.deepEqual([...new Set(await Promise.all(flood))].sort(), [401, 429]);
  assert.equal((await ask(hashed.base, right.replace('Basic', 'basic'), '203.0.113.10')).status, 200);
});

test('two checks run at a time, few wait, and sources without wrong logins are checked first', async () => {
  const queue = createLoginQueue();
  const ends: (() => void)[] = [];
  const begun: string[] = [];
  const check = (source: string, wrong: number) =>
    queue.check(source, wrong, () => {
      begun.push(source);
      return new Promise<boolean>((resolve) => ends.push(() => resolve(false)));
    });
  const bad = Array.from({ length: 60 }, (_, number) => check(`bad ${number}`, 5));
  const clean = check('clean', 0);
  assert.equal(begun.length, 2);
  ends.shift()?.();
  await bad[0];
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(begun.at(-1), 'clean');
  const refused = await Promise.race([Promise.all(bad.slice(40)), clean]);
  assert.ok(Array.isArray(refused) && refused.every((outcome) => outcome === 'busy'));
  while (ends.length > 0) {
    for (const end of ends.splice(0)) end();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(await clean, false);
  assert.equal(begun.length, 2 + 32);
});

test('a single source cannot fill the queue', async () => {
  const queue = createLoginQueue();
  const outcomes = Array.from({ length: 20 }, () => queue.check('one', 0, () => new Promise<boolean>(() => {})));
  const busy = await Promise.all(outcomes.slice(6));
  assert.ok(busy.every((outcome) => outcome === 'busy'));
});

test('a check that throws frees its place', async () => {
  const queue = createLoginQueue();
  for (let number = 0; number < 5; number++) {
    await assert.rejects(
      queue.check('a', 0, () => Promise.reject(new Error('no memory'))),
      /no memory/,
    );
  }
  assert.equal(await queue.check('a', 0, async () => true), true);
});

test('wrong logins are forgotten after five minutes, also when the clock is set back, and the map is bounded', () => {
  let now = 1_000_000;
  const wrong = createWrongLogins({ now: () => now });
  for (let number = 0; number < mostWrongLogins; number++) wrong.count('a');
  assert.equal(wrong.lockedMs('a'), windowMs);
  now += windowMs - 1;
  assert.equal(wrong.lockedMs('a'), 1);
  now += 1;
  assert.deepEqual([wrong.lockedMs('a'), wrong.of('a')], [0, 0]);
  for (let number = 0; number < mostWrongLogins; number++) wrong.count('a');
  now -= 40 * 86_400_000;
  assert.equal(wrong.lockedMs('a'), 0);
  for (let number = 0; number < mostWrongLogins; number++) wrong.count('a');
  for (let number = 0; number < 10_000; number++) wrong.count(`other ${number}`);
  assert.equal(wrong.of('a'), 0, 'the oldest went');
  assert.equal(wrong.of('other 9999'), 1);
});

test('a source is an IPv4 address or the /64 network of an IPv6 one', () => {
  const cases: [address: string, source: string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ];
  for (const [address, source] of cases) assert.equal(sourceOf(address), source);
  assert.ok(sourceOf('x'.repeat(10_000)).length < 50);
});
