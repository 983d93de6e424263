import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../src/app/index.ts';
import { createTrust, plainAddress } from '../../src/http/trusted-proxies.ts';
import { basic, startApi, user } from './support.ts';

test('keywords, addresses and networks of IPv4 and IPv6 are trusted', () => {
  const cases: [entries: string[], trusted: string[], others: string[]][] = [
    [
      ['loopback'],
      ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'],
      ['10.0.0.1', '192.168.0.1', '::2', 'fd00::1'],
    ],
    [['10.1.0.0/16'], ['10.1.2.3', '::ffff:10.1.2.3'], ['10.2.0.1', '127.0.0.1', '::a01:203']],
    [['192.168.1.5'], ['192.168.1.5'], ['192.168.1.6']],
    [['fd00:1::/32'], ['fd00:1::5', 'fd00:1:ffff::'], ['fd00:2::1']],
    [['2001:db8::7'], ['2001:db8::7', '2001:db8:0:0::7'], ['2001:db8::8']],
    [['::ffff:10.0.0.0/104'], ['10.4.5.6', '::ffff:10.4.5.6'], ['11.0.0.1']],
    [['linklocal'], ['fe80::1', 'fe80::1%eth0', '169.254.1.1'], ['fd00::1']],
    [['uniquelocal'], ['10.0.0.1', '172.31.0.1', '192.168.9.9', 'fd12::1'], ['172.32.0.1', '8.8.8.8']],
    [[], [], ['127.0.0.1', '::1']],
  ];
  for (const [entries, trusted, others] of cases) {
    const trusts = createTrust(entries);
    for (const address of trusted) assert.equal(trusts(address), true, `${entries} ${address}`);
    for (const address of others) assert.equal(trusts(address), false, `${entries} ${address}`);
  }
});

test('a text that is no address is never trusted', () => {
  const trusts = createTrust(['loopback', 'uniquelocal']);
  for (const address of ['', 'unknown', '_hidden', '127.0.0.1:80', 'localhost', '999.1.1.1'])
    assert.equal(trusts(address), false);
});

test('the keyword attached stands for the networks of all interfaces but loopback', () => {
  const base = { netmask: '', mac: '', scopeid: 0 } as const;
  const trusts = createTrust(['attached'], () => ({
    lo: [{ ...base, address: '127.0.0.1', family: 'IPv4', internal: true, cidr: '127.0.0.1/8' }],
    eth0: [
      { ...base, address: '172.20.0.3', family: 'IPv4', internal: false, cidr: '172.20.0.3/16' },
      { ...base, address: 'fd00:5::3', family: 'IPv6', internal: false, cidr: 'fd00:5::3/64' },
    ],
    eth1: [{ ...base, address: '1.2.3.4', family: 'IPv4', internal: false, cidr: null }],
    none: undefined,
  }));
  assert.deepEqual(['172.20.9.9', 'fd00:5::9', '127.0.0.1', '172.21.0.1', '1.2.3.4'].map(trusts), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('an IPv4 address on an IPv6 socket is treated as IPv4', () => {
  assert.deepEqual(['::ffff:10.0.0.1', '::FFFF:10.0.0.1', 'fe80::1%en0', '10.0.0.1'].map(plainAddress), [
    '10.0.0.1',
    '10.0.0.1',
    'fe80::1',
    '10.0.0.1',
  ]);
});

test('settings with an invalid network or host are reported with the remedy', () => {
  const problems = (env: Record<string, string>): readonly string[] => {
    try {
      loadConfig(env);
      return [];
    } catch (error) {
      return (error as { problems: string[] }).problems;
    }
  };
  for (const right of [
    'loopback',
    'loopback,attached',
    '10.0.0.0/8, fd00::/8',
    '192.168.1.1',
    '::1/128',
    'linklocal,uniquelocal',
  ]) {
    assert.deepEqual(problems({ TRUSTED_PROXIES: right }), [], right);
  }
  for (const wrong of [
    'proxy',
    '10.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/8/8',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/x',
    'true',
  ]) {
    const [problem = ''] = problems({ TRUSTED_PROXIES: wrong });
    assert.ok(problem.startsWith(`TRUSTED_PROXIES: "${wrong}"`), `${wrong}: ${problem}`);
  }
  for (const right of ['bot.example.com', '*.example.com, localhost', '*', 'my_host']) {
    assert.deepEqual(problems({ ALLOWED_HOSTS: right }), [], right);
  }
  for (const wrong of ['https://bot.example.com', 'bot.example.com:443', 'a b', '*.*.com', 'bot..com', '-x.com']) {
    const [problem = ''] = problems({ ALLOWED_HOSTS: wrong });
    assert.ok(problem.startsWith('ALLOWED_HOSTS: "'), `${wrong}: ${problem}`);
  }
});

test('only a trusted proxy may name the client: a locked address cannot claim another one', async (t) => {
  const after_ = { after: (run: () => Promise<void> | void) => void t.after(run) };
  const [trusting, alone] = await Promise.all([startApi(after_), startApi(after_, { TRUSTED_PROXIES: '10.0.0.0/8' })]);
  const wrong = async (base: string, from: string) =>
    (
      await fetch(`${base}/stats`, {
        headers: { authorization: basic(user, `no ${Math.random()}`), 'x-forwarded-for': from },
      })
    ).status;
  for (let number = 0; number < 20; number++) {
    await wrong(trusting.base, '203.0.113.5');
    await wrong(alone.base, `203.0.113.${number}`);
  }
  assert.equal(await wrong(trusting.base, '203.0.113.5'), 429);
  assert.equal(await wrong(trusting.base, '1.1.1.1, 203.0.113.5'), 429, 'what the client wrote itself comes first');
  assert.equal(await wrong(trusting.base, '203.0.113.6'), 401);
  assert.equal(await wrong(alone.base, '203.0.113.200'), 429, 'the loopback address is not trusted here');
});
