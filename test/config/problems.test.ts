import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig, settingSchemas } from '../../src/app/index.ts';
import { ConfigError } from '../../src/config/load.ts';
import { parseScryptLine } from '../../src/domain/scrypt-line.ts';
import { createPasswordCheck, hashPassword } from '../../src/people/password.ts';
import { checkOptions, SlackMisconfigured } from '../../src/slack/options.ts';

function problems(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
}

const salt = 'A'.repeat(22);
const hash = 'B'.repeat(43);

test('a damaged scrypt line is a wrong setting, and no part of it is shown', () => {
  for (const line of [
    'scrypt$1$2$3',
    'scrypt$16384$8$1',
    `scrypt$16384$8$1$${salt}$${hash.slice(1)}`,
    `scrypt$16384$8$1$${salt}$${hash}$`,
    `scrypt$16384$8$1$$${hash}`,
    `scrypt$x$8$1$${salt}$${hash}`,
    // OpenSSL refuses these at the first login.
    `scrypt$16383$8$1$${salt}$${hash}`,
    `scrypt$1$8$1$${salt}$${hash}`,
    `scrypt$16384$0$1$${salt}$${hash}`,
    `scrypt$65536$1$1$${salt}$${hash}`,
    `scrypt$1048576$8$1$${salt}$${hash}`,
    `scrypt$16384$8$1000$${salt}$${hash}`,
  ]) {
    const [first = '', ...more] = problems({ BASIC_AUTH_PASSWORD: line });
    assert.match(first, /^BASIC_AUTH_PASSWORD: the scrypt line is damaged; .*hash-password/, line);
    assert.deepEqual(more, []);
    assert.ok(!first.includes(hash.slice(1)), first);
  }
});

test('a line of hash-password is accepted, and so is a costlier line that a login can check', async () => {
  assert.deepEqual(problems({ BASIC_AUTH_PASSWORD: await hashPassword('correct horse') }), []);
  const line = `scrypt$32768$8$2$${salt}$${hash}`;
  assert.notEqual(parseScryptLine(line), null);
  assert.equal(await createPasswordCheck(line)('wrong'), false);
});

test('wrong values of every kind are listed together', () => {
  const wrong: Record<string, string> = {
    PORT: 'x',
    HOST: 'http://127.0.0.1',
    PUBLIC_URL: 'http://bot:99999',
    ALLOWED_HOSTS: 'https://bot.example.com/',
    TRUSTED_PROXIES: 'zz',
    BASIC_AUTH_USERNAME: 'a:b',
    BASIC_AUTH_PASSWORD: 'scrypt$1$2$3',
    SLACK_BOT_TOKEN: 'xoxb-',
    SLACK_API_URL: 'http://slack.com/api/',
    MATCH_EDITS: 'yes',
    LOKI_URL: 'http://me:secret@loki.example.com',
    DOCKER_READ_URL: 'http://docker:99999',
    DOCKER_ACT_URL: 'http://me:secret@docker:2375',
    HAPROXY_METRICS_URL: 'http://[::1',
    LOKI_READ_URL: 'http://me:secret@loki:3100',
    ALERTMANAGER_URL: 'alertmanager:9093',
    GRAFANA_URL: 'https://grafana:99999',
  };
  const found = problems({ ...wrong, SLACK_APP_TOKEN: 'xapp-1' });
  assert.deepEqual(found.map((each) => /^[A-Z_]+/.exec(each)?.[0]).sort(), Object.keys(wrong).sort(), found.join('\n'));
  assert.doesNotMatch(found.join('\n'), /secret/);
});

test('a token with a wrong value is not reported as missing too', () => {
  assert.equal(problems({ SLACK_BOT_TOKEN: 'nonsense', SLACK_APP_TOKEN: 'xapp-1' }).length, 1);
  assert.equal(problems({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'nonsense' }).length, 1);
  assert.equal(problems({ SLACK_BOT_TOKEN: 'nonsense' }).length, 1);
  assert.match(problems({ PORT: 'x', SLACK_APP_TOKEN: 'xapp-1' })[1] ?? '', /SLACK_BOT_TOKEN is not/);
});

test('a bot token alone is complete: the program then only sends', () => {
  assert.deepEqual(problems({ SLACK_BOT_TOKEN: 'xoxb-1' }), []);
});

test('HOST accepts an IP address or a host name and nothing else', () => {
  for (const host of ['0.0.0.0', '::', '::1', 'fe80::1%eth0', 'localhost', 'bot.example.com']) {
    assert.deepEqual(problems({ HOST: host }), [], host);
  }
  for (const host of ['[::1]', '127.0.0.1:8080', '*', '300.1.1.1', '127.0.0', 'a b']) {
    assert.match(problems({ HOST: host })[0] ?? '', /^HOST: ".*" is no address to listen on; write one without/, host);
  }
});

test('a trusted network in IPv6 notation is refused when it contains every IPv4 address', () => {
  assert.equal(problems({ TRUSTED_PROXIES: '::ffff:10.0.0.0/8' }).length, 1);
  assert.equal(problems({ TRUSTED_PROXIES: '::ffff:10.0.0.0/96' }).length, 1);
  for (const network of [
    '::ffff:0:0/96',
    '::ffff:a00:0/90',
    '::ffc0:0:0/90',
    '0:0:0:0:0:ffff::/90',
    '::/80',
    '::/0',
    '::/1',
  ]) {
    assert.match(problems({ TRUSTED_PROXIES: network }).join(), /then anyone could claim any address/, network);
  }
  assert.match(problems({ TRUSTED_PROXIES: 'fe80::1%eth0/64' }).join(), /has no zone/);
  assert.deepEqual(problems({ TRUSTED_PROXIES: '::ffff:10.0.0.0/104, ::ffff:10.0.0.1, fd00::/8, 2001:db8::/32' }), []);
});

test('the Slack client accepts the same tokens as the settings', () => {
  const refused = (env: { SLACK_BOT_TOKEN: string; SLACK_APP_TOKEN: string }) => {
    const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken } = env;
    try {
      checkOptions({ botToken, appToken, apiUrl: 'https://slack.com/api/' } as Parameters<typeof checkOptions>[0]);
      return false;
    } catch (error) {
      assert.ok(error instanceof SlackMisconfigured);
      return true;
    }
  };
  for (const bot of ['xoxb-1', 'xoxe.xoxb-1', 'xoxb-', 'xoxb-…', 'xoxb-\xe9', 'xoxb-1 2', 'xoxp-1', ' xoxb-1']) {
    for (const app of ['xapp-1', 'xapp-', 'xapp-1 2', 'xoxb-1']) {
      const env = { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app };
      assert.equal(problems(env).length > 0, refused(env), `${bot}, ${app}`);
    }
  }
});

test('a boolean setting accepts true and false and nothing else, as docs/configuration.md says', () => {
  const flags = Object.entries(settingSchemas).filter(([, { type }]) => type === 'boolean');
  assert.ok(flags.length >= 3);
  for (const [name] of flags) {
    for (const right of ['true', 'false']) assert.deepEqual(problems({ [name]: right }), []);
    for (const wrong of ['yes', 'no', 'on', 'off', '1', '0', 'TRUE', 'True', 'perhaps', ' true']) {
      assert.deepEqual(problems({ [name]: wrong }), [`${name}="${wrong}": write true or false.`]);
    }
  }
});

test('an error describes the form of a setting in words, never as a regular expression', () => {
  const withPattern = Object.entries(settingSchemas).filter(([, { pattern }]) => pattern !== undefined);
  assert.ok(withPattern.length >= 14);
  for (const [name, { form, pattern = '', secret }] of withPattern) {
    assert.ok(form !== undefined, `${name} has a pattern without a form`);
    const wrong = ' : ';
    const [first = ''] = problems({ [name]: wrong });
    assert.equal(first, secret ? `${name}: write ${form}.` : `${name}="${wrong}": write ${form}.`);
    assert.ok(!first.includes(pattern) && !/\^|\\|\(\?/.test(first), first);
  }
});

test('a setting that needs another one is refused without it, once', () => {
  assert.deepEqual(problems({ CANARY_MINUTES: '5' }), [
    'CANARY_MINUTES is set, but CANARY_CHANNEL is not. Set CANARY_CHANNEL, too, or unset CANARY_MINUTES.',
  ]);
  assert.deepEqual(problems({ CANARY_MINUTES: '5', CANARY_CHANNEL: '#a, #b' }), [
    'CANARY_CHANNEL="#a, #b": write the #name or the id of one channel, without blanks and commas.',
  ]);
  assert.deepEqual(problems({ CANARY_MINUTES: '5', CANARY_CHANNEL: '#canary' }), []);
  assert.deepEqual(problems({ CANARY_CHANNEL: '#canary' }), []);
  assert.match(problems({ CANARY_MINUTES: '61', CANARY_CHANNEL: 'C1' })[0] ?? '', /from 1 to 60\.$/);
});

test('keys of Redis that have to differ are refused when they are equal, also when one is a default', () => {
  const REDIS_URL = 'redis://127.0.0.1';
  const same = (name: string, value: string, other: string) =>
    `${name}="${value}" is the value of ${other}, too: write another one.`;
  assert.deepEqual(problems({ REDIS_URL, RELAX_EVENTS_QUEUE: 'ultronex:events' }), [
    same('RELAX_EVENTS_QUEUE', 'ultronex:events', 'EVENTS_STREAM'),
  ]);
  assert.deepEqual(problems({ REDIS_URL, EVENTS_STREAM: 'bots', RELAX_BOTS_KEY: 'bots' }), [
    same('RELAX_BOTS_KEY', 'bots', 'EVENTS_STREAM'),
  ]);
  assert.deepEqual(problems({ REDIS_URL, RELAX_EVENTS_QUEUE: 'a', RELAX_BOTS_KEY: 'a' }), [
    same('RELAX_EVENTS_QUEUE', 'a', 'RELAX_BOTS_KEY'),
  ]);
  assert.deepEqual(problems({ REDIS_URL, RELAX_EVENTS_QUEUE: 'a', RELAX_BOTS_KEY: 'b', RELAX_BOTS_PUBSUB: 'a' }), []);
  assert.deepEqual(problems({ RELAX_EVENTS_QUEUE: 'a' }), [
    'RELAX_EVENTS_QUEUE is set, but REDIS_URL is not. Set REDIS_URL, too, or unset RELAX_EVENTS_QUEUE.',
  ]);
});

test('the address of the outside switch is a secret, and holds no login', () => {
  for (const CANARY_URL of [
    'ftp://hc.example.com/secret',
    'https://user:pw@hc.example.com/secret',
    'hc.example.com/secret',
  ]) {
    const [first = '', ...more] = problems({ CANARY_URL });
    assert.match(first, /^CANARY_URL: write an address that begins with http:\/\/ or https:\/\//);
    assert.deepEqual(more, []);
  }
  assert.deepEqual(problems({ CANARY_URL: 'https://hc.example.com/secret?create=1' }), []);
});

const sealKey = Buffer.alloc(32, 7).toString('base64');
const installing = {
  SLACK_CLIENT_ID: '123.456',
  SLACK_CLIENT_SECRET: 'shh',
  TOKEN_KEYS: `k1:${sealKey}`,
  PUBLIC_URL: 'https://bot.example.com',
  SLACK_BOT_TOKEN: 'xoxb-1',
};

test('all that SLACK_CLIENT_ID needs is named in one problem, each with its remedy', () => {
  assert.deepEqual(problems(installing), []);
  const [found = '', ...others] = problems({ SLACK_CLIENT_ID: '123.456' });
  assert.deepEqual(others, []);
  for (const name of ['SLACK_CLIENT_SECRET', 'TOKEN_KEYS', 'PUBLIC_URL', 'SLACK_BOT_TOKEN']) {
    assert.ok(found.includes(name), found);
  }
  assert.match(found, /openssl rand -base64 32/);
  const { PUBLIC_URL: _, ...rest } = installing;
  assert.match(problems(rest).join(), /^SLACK_CLIENT_ID .*needs PUBLIC_URL \([^)]*\)\.$/);
  assert.match(problems({ SLACK_CLIENT_SECRET: 'shh' }).join(), /SLACK_CLIENT_ID is not/);
});

test('TOKEN_KEYS alone is right with a token of Slack, and names it when it is missing', () => {
  const { TOKEN_KEYS, SLACK_BOT_TOKEN } = installing;
  assert.deepEqual(problems({ TOKEN_KEYS, SLACK_BOT_TOKEN }), []);
  assert.match(problems({ TOKEN_KEYS }).join(), /^TOKEN_KEYS is for .* need SLACK_BOT_TOKEN \(the token of your own/);
});

test('keys of TOKEN_KEYS that are not whole are refused, and not shown', () => {
  const short = Buffer.alloc(31, 7).toString('base64');
  for (const [keys, why] of [
    [`k1:${short}`, /the key "k1" has 31 bytes, not 32; make one with: openssl rand -base64 32/],
    [sealKey, /entry 1 is not NAME:KEY/],
    [`k1:${sealKey},k1:${sealKey}`, /there are two keys "k1"/],
  ] as const) {
    const found = problems({ ...installing, TOKEN_KEYS: keys });
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', why);
    assert.ok(!found.join().includes(short.slice(0, 20)), found.join());
  }
});

test('an address of this program to which Slack sends nobody is refused', () => {
  assert.match(problems({ ...installing, PUBLIC_URL: 'http://bot.example.com' }).join(), /begins with https/);
  assert.deepEqual(problems({ ...installing, PUBLIC_URL: 'http://127.0.0.1:8080' }), []);
});
