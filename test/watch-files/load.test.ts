import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { readPlans } from '../../src/watch-files/index.ts';
import { loadWatchFile } from '../../src/watch-files/load.ts';
import { FileRefused } from '../../src/yaml-files/index.ts';

const root = resolve(import.meta.dirname, '../..');

/** The problems of a file, one a line without the file's name. */
async function problemsOf(yaml: string): Promise<string[]> {
  try {
    await loadWatchFile(yaml, 'w.yaml');
    return [];
  } catch (error) {
    assert.ok(error instanceof FileRefused);
    return error.message.split('\n').map((line) => line.replace(/^w\.yaml:/, ''));
  }
}

describe('a file of WATCH_DIR', () => {
  it('is the sample, with all kinds and the defaults', async () => {
    const plan = await loadWatchFile(readFileSync(join(root, 'watch/example.yaml.sample')), 'sample.yaml');
    assert.deepEqual(
      plan.checks.map(({ name, probe, everyMs, withinMs, fail, channel }) => [
        ...[name, probe.kind, everyMs, withinMs, fail.count, fail.ofMs, channel],
      ]),
      [
        ['shop', 'http', 60_000, 2_000, 3, null, '#ops'],
        ['db', 'tcp', 60_000, 10_000, 3, null, '#ops'],
        ['certificate', 'tls', 3_600_000, 10_000, 3, null, '#ops'],
        ['name', 'dns', 60_000, 10_000, 3, null, '#ops'],
        ['cache', 'docker', 60_000, 10_000, 3, null, '#ops'],
      ],
    );
    assert.deepEqual(
      plan.beats.map(({ name, schedule, graceMs, startGraceMs }) => [name, schedule.kind, graceMs, startGraceMs]),
      [
        ['backup', 'cron', 7_200_000, 1_800_000],
        ['poller', 'every', 60_000, 60_000],
      ],
    );
    assert.deepEqual(
      plan.heroku.map(({ app, everyMs }) => [app, everyMs]),
      [['shop', 300_000]],
    );
    assert.deepEqual(
      plan.maintenance.map(({ name, forMs, of }) => [name, forMs, of]),
      [['deploy night', 7_200_000, ['shop']]],
    );
  });

  it('names a job that mends what is watched, of checks, beats and apps', async () => {
    const plan = await loadWatchFile(
      `checks: [{ name: a, tcp: 'a.example:1', fix: restart-worker }, { name: b, tcp: 'a.example:2' }]
beats: [{ name: c, every: 1h, fix: restart-worker two-person }]
heroku: [{ app: shop, fix: restart-dynos }]`,
      'w.yaml',
    );
    assert.deepEqual(
      [...plan.checks, ...plan.beats, ...plan.heroku].map(({ fix }) => fix),
      ['restart-worker', null, 'restart-worker two-person', 'restart-dynos'],
    );
    assert.match(
      (await problemsOf(`checks: [{ name: a, tcp: 'a.example:1', fix: rm -rf }]`)).join(),
      /"fix" is the text "rm -rf"\. Write the name of a job/,
    );
  });

  it('has a time for its failures in which so many attempts are made', async () => {
    const at = (more: string) => problemsOf(`checks: [{ name: a, tcp: 'a.example:1', ${more} }]`);
    assert.deepEqual(await at('fail: 3 of 5m'), []);
    assert.deepEqual(await at('every: 1h, fail: 1 of 5m'), []);
    assert.deepEqual(await at('fail: 5 of 5m'), []);
    assert.deepEqual(await at('fail: 6 of 5m'), [
      '1: "fail" is "6 of 5m", but the attempts are up to 1m apart, so 6 failures take 5m. Write a longer time, fewer failures or a shorter `every`',
    ]);
    assert.match((await at('every: 1h, fail: 3 of 5m')).join(), /up to 1h apart, so 3 failures take 2h/);
    assert.match((await at('every: 10s, expect: { within: 60s }, fail: 2 of 1m')).join(), /up to 1m 10s apart/);
    for (const count of [0, 21]) {
      assert.deepEqual(await at(`every: 10s, fail: ${count} of 5h`), [
        `1: "fail" is "${count} of 5h". Write a number of failures from 1 to 20, or such as \`3 of 5m\``,
      ]);
    }
  });

  it('has failures within a time, statuses as ranges, and secrets of files', async () => {
    const { checks } = await loadWatchFile(
      `checks: [{ name: a, http: 'https://a.example', fail: 3 of 5m, ip: 6, verify: false, redirects: 0,
        headers: { Authorization: 'file:${join(root, 'LICENSE').replace('LICENSE', 'test/watch-files/header.txt')}' },
        expect: { status: [2xx, 301], json: { 'data.0.state': null } } }]`,
      'w.yaml',
    );
    const [{ probe, fail } = { probe: null, fail: null }] = checks;
    assert.deepEqual(fail, { count: 3, ofMs: 300_000 });
    assert.ok(probe?.kind === 'http');
    assert.deepEqual(probe.status, [
      { from: 200, to: 299 },
      { from: 301, to: 301 },
    ]);
    assert.deepEqual([probe.family, probe.verify, probe.redirects], [6, false, 0]);
    assert.deepEqual(probe.headers, { Authorization: 'Bearer of-a-file' });
    assert.deepEqual(probe.json, { 'data.0.state': null });
  });

  it('is refused with every mistake: kinds, fields of other kinds, ports, addresses, repeated names', async () => {
    assert.deepEqual(
      await problemsOf(`checks:
  - { name: none }
  - { name: two, tcp: 'a:1', dns: a }
  - { name: foreign, tcp: 'a:1', days: 3, expect: { text: x } }
  - { name: foreign, tls: 'a:99999' }
  - { name: login, http: 'https://me:word@a.example' }
  - { name: port, tcp: db }
  - { name: server, dns: a, server: 1.2.3.4.5 }
  - { name: head, http: 'http://a', method: HEAD, expect: { text: x } }
  - { name: header, http: 'http://a', headers: { 'a b': c } }
  - { name: zero, dns: a, server: '1.1.1.1:0' }
  - { name: high, dns: a, server: '[::1]:70000' }
  - { name: fine, dns: a, server: '[::1]:5353' }
  - { name: plain, dns: a, server: '2606:4700:4700::1111' }
`),
      [
        '2: a check has one of `http`, `tcp`, `tls`, `dns`, `docker`; this one has none',
        '3: a check has one of `http`, `tcp`, `tls`, `dns`, `docker`; this one has tcp and dns',
        '4: "days" is of a check with `tls`. Remove it',
        '4: "text" is of a check with `http`. Remove it',
        '5: "tls" is "a:99999". Write HOST:PORT, such as example.com:443 or [2001:db8::1]:443',
        '5: the name "foreign" is there twice. Choose another one',
        '6: "http" has a user or a password. Write them as the header Authorization, see docs/watch.md',
        '7: "tcp" is "db". Write HOST:PORT, such as example.com:5432 or [2001:db8::1]:5432',
        '8: "server" is "1.2.3.4.5". Write an IP address such as 1.1.1.1 or [2606:4700:4700::1111]:53',
        '9: a response to HEAD has no body. Use GET, or remove `text` and `json`',
        '10: "a b" is no name of a header',
        '11: "server" is "1.1.1.1:0". Write an IP address such as 1.1.1.1 or [2606:4700:4700::1111]:53',
        '12: "server" is "[::1]:70000". Write an IP address such as 1.1.1.1 or [2606:4700:4700::1111]:53',
      ],
    );
  });

  it('is refused for an address that no attempt connects to, in any spelling', async () => {
    const refused: [string, string][] = [
      ["http: 'http://169.254.169.254/latest/'", '169.254.169.254'],
      ["http: 'http://2852039166/'", '169.254.169.254'],
      ["http: 'http://0xa9.0376.43518/'", '169.254.169.254'],
      ["http: 'http://[::ffff:169.254.169.254]:80/'", '::ffff:a9fe:a9fe'],
      ["http: 'http://[64:ff9b::a9fe:a9fe]/'", '64:ff9b::a9fe:a9fe'],
      ["tcp: '[fe80::1]:5432'", 'fe80::1'],
      ["tcp: '[fe80::1%eth0]:5432'", 'fe80::1%eth0'],
      ["tcp: '2852039166:80'", '2852039166, that is 169.254.169.254'],
      ["tls: '0251.0376.0251.0376:443'", '0251.0376.0251.0376, that is 169.254.169.254'],
      ["tls: '[fd00:ec2::254]'", 'fd00:ec2::254'],
    ];
    for (const [check, form] of refused) {
      const field = check.slice(0, check.indexOf(':'));
      const [problem = '', ...more] = await problemsOf(`checks:\n  - name: a\n    ${check}\n`);
      assert.ok(problem.startsWith(`3: "${field}" leads to ${form}, a link-local or metadata address.`), problem);
      assert.deepEqual(more, []);
    }
    const allowed = ["http: 'http://10.0.0.1'", "tcp: '[::1]:5432'", "tcp: '[fd00::1]:1'", "tls: '192.168.1.1'"];
    for (const check of allowed) assert.deepEqual(await problemsOf(`checks:\n  - { name: a, ${check} }\n`), []);
    assert.deepEqual(await problemsOf("checks: [{ name: a, tcp: '999.1.1.1:80' }]"), [
      '1: "tcp" has the host "999.1.1.1", which is no valid name',
    ]);
    assert.deepEqual(await problemsOf("checks: [{ name: a, dns: 'https://a.example/', type: A }]"), [
      '1: "dns" has the host "https://a.example/", which is no valid name',
    ]);
    assert.deepEqual(await problemsOf('checks: [{ name: a, dns: _dmarc.a.example, type: TXT }]'), []);
  });

  it('is refused for cron expressions that never fire or are none, zones that do not exist, and lengths out of range', async () => {
    const problems = await problemsOf(`beats:
  - { name: never, cron: '0 0 30 2 *' }
  - { name: zone, cron: '0 3 * * *', timezone: Europe/Berlinn }
  - { name: short, cron: '0 0 30' }
  - { name: both, cron: '0 3 * * *', every: 5m }
  - { name: fast, every: 1s }
  - { name: what, every: soon }
checks:
  - { name: slow, tcp: 'a:1', expect: { within: 2h } }
`);
    assert.deepEqual(
      problems.map((line) => line.replace(/(is no cron expression).*/, '$1')),
      ['7: "every" is the text "soon". Write a length of time such as 60s, 5m or 2h, from 30s to 400d'],
    );
    const rest = await problemsOf(`beats:
  - { name: never, cron: '0 0 30 2 *' }
  - { name: zone, cron: '0 3 * * *', timezone: Europe/Berlinn }
  - { name: short, cron: '0 0 30' }
  - { name: both, cron: '0 3 * * *', every: 5m }
  - { name: fast, every: 1s }
checks:
  - { name: slow, tcp: 'a:1', expect: { within: 2h } }
`);
    assert.deepEqual(
      rest.map((line) => line.replace(/(is no cron expression).*/, '$1')),
      [
        '2: "0 0 30 2 *" never fires: no such day comes',
        '3: there is no time zone "Europe/Berlinn". Write one such as Europe/Berlin',
        '4: "0 0 30" is no cron expression',
        '5: a beat has one of `cron` and `every`',
        '6: "every" is "1s". Write a length of time from 30s to 400d, such as 60s, 5m or 2h',
        '8: "within" is "2h". Write a length of time from 50ms to 1m, such as 60s, 5m or 2h',
      ],
    );
  });

  it('has times of its cron expressions that are right at the change to summer time and back', async () => {
    const { beats } = await loadWatchFile(
      `beats: [{ name: a, cron: '30 2 * * *', timezone: Europe/Berlin }, { name: or, cron: '0 0 31 2 SUN' }]`,
      'w.yaml',
    );
    const schedule = beats[0]?.schedule;
    assert.ok(schedule?.kind === 'cron');
    const next = (after: string) => new Date(schedule.next(Date.parse(after)) ?? 0).toISOString();
    assert.equal(next('2026-03-28T12:00:00Z'), '2026-03-29T01:00:00.000Z');
    assert.equal(next('2026-03-29T01:00:00Z'), '2026-03-30T00:30:00.000Z');
    assert.equal(next('2026-10-24T12:00:00Z'), '2026-10-25T00:30:00.000Z');
    assert.equal(next('2026-10-25T00:30:00Z'), '2026-10-26T01:30:00.000Z');
    const before = (at: string) => new Date(schedule.previous(Date.parse(at)) ?? 0).toISOString();
    assert.equal(before('2026-10-26T01:30:00Z'), '2026-10-26T01:30:00.000Z');
    assert.equal(before('2026-10-26T01:29:59.999Z'), '2026-10-25T00:30:00.000Z');
    const or = beats[1]?.schedule;
    assert.ok(or?.kind === 'cron');
    assert.equal(new Date(or.next(Date.parse('2026-01-01T00:00:00Z')) ?? 0).toISOString(), '2026-02-01T00:00:00.000Z');
  });
});

describe('the problems of a file', () => {
  it('are all told in one go, and beyond twenty their number', async () => {
    const checks = (count: number) =>
      `checks:\n${Array.from({ length: count }, (_, at) => `  - { name: n${at}, http: x, days: 1.5 }\n`).join('')}`;
    assert.equal((await problemsOf(checks(10))).length, 20);
    const many = await problemsOf(checks(60));
    assert.equal(many.length, 21);
    assert.equal(many.at(-1), '11: … and 100 more problems');
    const semantic = Array.from({ length: 30 }, (_, at) => `  - { name: n${at}, tcp: x }\n`).join('');
    assert.equal((await problemsOf(`checks:\n${semantic}`)).at(-1), '21: … and 10 more problems');
  });

  it('tell a wrong value once and show it, also in a list that may be several things', async () => {
    const of = (more: string) => problemsOf(`checks: [{ name: a, http: 'http://a.example', ${more} }]`);
    assert.deepEqual(await of('redirects: 11, expect: { status: [2xx, 6xx, 99] }'), [
      '1: "redirects" is the number 11. Write a number from 0 to 10',
      '1: "status" is a list. Write a status such as 200 or 2xx, or a list of them',
    ]);
    assert.deepEqual(await of('verify: hunter2, expect: { json: { a: { b: 1 } } }'), [
      '1: "verify" is a text. Write true or false',
      '1: "a" is a map. Write a text, a number, true, false or null',
    ]);
  });

  it('name what is there: an empty file, a list that is too long, anchors and nesting without end', async () => {
    assert.deepEqual(await problemsOf('# soon'), [
      '1: the file is empty. Write a map with the lists `checks`, `beats`, `heroku`, `maintenance`',
    ]);
    assert.deepEqual(await problemsOf('checks:'), ['1: "checks" is empty. Write a list of up to 2000 checks']);
    const rows = Array.from({ length: 501 }, (_, at) => `  - { name: n${at}, every: 5m }\n`).join('');
    assert.deepEqual(await problemsOf(`beats:\n${rows}`), [
      '1: "beats" has 501 entries. Write a list of up to 500 beats',
    ]);
    const ten = (name: string) => `[${Array(10).fill(name).join(', ')}]`;
    const bomb = `a: &a [x]\nb: &b ${ten('*a')}\nc: &c ${ten('*b')}\nd: ${ten('*c')}`;
    assert.deepEqual(await problemsOf(bomb), ['1: the file uses its anchors too often. Write the values out']);
    assert.match((await problemsOf(`checks: ${'['.repeat(20_000)}${']'.repeat(20_000)}`))[0] ?? '', /nested too deep/);
  });

  it('are told of a pipe and of a file that is far too long, without reading them', { timeout: 60_000 }, async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'ultronex-watch-'));
    t.after(() => rmSync(dir, { recursive: true }));
    const [pipe, long, secret] = ['pipe.yaml', 'long.yaml', 'secret.yaml'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ];
    execFileSync('mkfifo', [pipe]);
    writeFileSync(long, '');
    truncateSync(long, 3_000_000_000);
    writeFileSync(
      secret,
      `checks:\n  - { name: a, http: 'http://a.example', headers: { A: 'file:${pipe}', B: 'file:${long}' } }`,
    );
    const { problems } = await readPlans([pipe, long, secret], 'UTC');
    assert.deepEqual(problems.join('\n').replaceAll(`${dir}/`, '').split('\n'), [
      'pipe.yaml:1: it is not a regular file, but a pipe, a socket or a device',
      'long.yaml:1: the file has 3000000000 bytes, at most 4194304 are read. Split it',
      'secret.yaml:2: the file pipe.yaml with the secret cannot be read: it is not a regular file',
      'secret.yaml:2: the file long.yaml with the secret cannot be read: it has 3000000000 bytes, at most 65536 are read',
    ]);
  });
});
