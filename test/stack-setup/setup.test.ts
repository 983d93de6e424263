import assert from 'node:assert/strict';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { createAuthority } from '../fakes/tls/index.ts';
import { makeProject } from './setup-support.ts';

describe('ultronex setup', () => {
  let rig: ReturnType<typeof makeProject>;
  let umask: number;
  beforeEach(() => {
    rig = makeProject();
  });
  afterEach(() => rig.remove());
  // Whoever runs it may have a narrow one.
  before(() => {
    umask = process.umask(0o077);
  });
  after(() => process.umask(umask));

  it('without .env prepares a trial with generated passwords that all users of a container can read', async () => {
    const { code, out, err } = await rig.setup();
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    assert.deepEqual(rig.written(), [
      'alertmanager/alertmanager.yml 444',
      'alertmanager/password 444',
      'grafana/grafana_password 444',
      'grafana/root_url 444',
      'haproxy/stats_password 444',
      'haproxy/users.cfg 444',
      'probe/wget 555',
      'ultronex/password 444',
      'ultronex/ultronex.env 444',
    ]);
    assert.match(out, /^There is no \.env[\s\S]*Trial: [\s\S]*https:\/\/localhost\/ultronex\//);
    assert.match(out, /docker compose exec ultronex cat \/run\/secrets\/password/);
    assert.equal(rig.read('ultronex/password'), rig.read('alertmanager/password'));
    assert.match(rig.read('ultronex/password'), /^[\w-]{24}\n$/);
    assert.equal(
      rig.read('ultronex/ultronex.env'),
      "PUBLIC_URL='https://localhost'\nGRAFANA_URL='https://localhost/grafana'\nTRUSTED_PROXIES='loopback,attached'\nBASIC_AUTH_PASSWORD_FILE='/run/secrets/password'\n",
    );
    assert.equal(statSync(join(rig.volumes, 'haproxy')).mode & 0o777, 0o755);
  });

  it('keeps generated passwords, and replaces other files', async () => {
    await rig.setup();
    const files = ['ultronex/password', 'haproxy/users.cfg', 'grafana/grafana_password'];
    const first = files.map(rig.read);
    const { ino } = statSync(join(rig.volumes, 'haproxy/users.cfg'));
    await rig.setup();
    assert.deepEqual(files.map(rig.read), first);
    assert.notEqual(statSync(join(rig.volumes, 'haproxy/users.cfg')).ino, ino);
    assert.equal(rig.written().length, 9, 'nothing is left beside them');
  });

  it('replaces a damaged password, with a warning', async () => {
    await rig.setup();
    const damaged = {
      'ultronex/password': '',
      'haproxy/stats_password': '\0'.repeat(25),
      'grafana/grafana_password': 'abc',
    };
    for (const [file, content] of Object.entries(damaged)) {
      rmSync(join(rig.volumes, file));
      writeFileSync(join(rig.volumes, file), content);
    }
    const { code, err } = await rig.setup();
    assert.equal(code, 0, err);
    for (const file of Object.keys(damaged)) {
      assert.match(err, new RegExp(`${file} was damaged \\(.*\\); a new password was made`));
      assert.match(rig.read(file), /^[\w-]{24}\n$/);
    }
    assert.equal(rig.read('ultronex/password'), rig.read('alertmanager/password'));
    assert.equal(rig.written().length, 9, 'nothing is left beside them');
  });

  it('reports why a file cannot be written, and keeps the previous one', async () => {
    await rig.setup();
    const before = rig.read('grafana/grafana_password');
    rmSync(join(rig.volumes, 'alertmanager'), { recursive: true });
    writeFileSync(join(rig.volumes, 'alertmanager'), 'in the way');
    const { code, err } = await rig.setup();
    assert.equal(code, 1);
    assert.match(err, /alertmanager\/password cannot be written: .*\. The previous file is still in force\./);
    assert.equal(rig.read('grafana/grafana_password'), before);
  });

  it('uses the passwords of .env, and prints none of them', async () => {
    const { code, out } = await rig.setup(
      [
        'BASIC_AUTH_PASSWORD="it\'s # quoted"',
        'STATS_PASSWORD="it\'s \\\\ $HOME # {odd}"',
        'GRAFANA_ADMIN_PASSWORD=dashboards',
        'DEADMAN_URL=https://deadman.example.com/secret-1',
        'ALERT_WEBHOOK_URL=https://hooks.example.com/secret-2',
      ].join('\n'),
    );
    assert.equal(code, 0);
    assert.equal(rig.read('ultronex/password'), "it's # quoted\n");
    assert.equal(rig.read('alertmanager/password'), "it's # quoted\n");
    assert.doesNotMatch(rig.read('ultronex/ultronex.env'), /quoted/);
    assert.match(rig.read('haproxy/users.cfg'), /user admin insecure-password 'it'\\''s \\\\ \$HOME # \{odd\}'\n$/);
    assert.equal(rig.read('grafana/grafana_password'), 'dashboards\n');
    assert.equal(rig.read('alertmanager/deadman_url'), 'https://deadman.example.com/secret-1\n');
    assert.equal(rig.read('alertmanager/slack_webhook'), 'https://hooks.example.com/secret-2\n');
    assert.doesNotMatch(out, /quoted|\$HOME|dashboards|secret-/);
  });

  it('gives the program the address of Grafana, also another one', async () => {
    const address = () => /^GRAFANA_URL='(.*)'$/m.exec(rig.read('ultronex/ultronex.env'))?.[1];
    await rig.setup('HOST_NAMES=bot.example.com\nHTTPS_PORT=8443');
    assert.equal(address(), 'https://bot.example.com:8443/grafana');
    await rig.setup('GRAFANA_URL=https://grafana.example.com');
    assert.equal(address(), 'https://grafana.example.com');
  });

  it('writes Alertmanager’s configuration for the settings, and removes secrets of settings that are gone', async () => {
    const receivers = () =>
      Object.fromEntries(
        (parse(rig.read('alertmanager/alertmanager.yml')).receivers as { name: string }[]).map((each) => [
          each.name,
          each,
        ]),
      ) as Record<string, Record<string, unknown>>;
    await rig.setup(
      "ALERT_WEBHOOK_URL=https://a.example/x\nDEADMAN_URL=https://b.example/y\nBASIC_AUTH_USERNAME='a\"b'",
    );
    const all = receivers();
    assert.deepEqual(Object.keys(all).sort(), ['direct', 'ultronex', 'watchdog']);
    assert.ok(all.watchdog?.webhook_configs);
    const title_link = 'https://localhost{{ .CommonAnnotations.runbook_url }}';
    assert.ok(JSON.stringify(all.direct).includes(JSON.stringify({ title_link }).slice(1, -1)));
    assert.ok(JSON.stringify(all.ultronex).includes(JSON.stringify({ username: 'a"b' }).slice(0, -1)));

    await rig.setup('');
    assert.deepEqual(Object.keys(receivers()).sort(), ['ultronex', 'watchdog']);
    assert.equal(receivers().watchdog?.webhook_configs, undefined);
    assert.doesNotMatch(rig.read('alertmanager/alertmanager.yml'), /receiver: direct/);
    assert.ok(!rig.written().some((file) => /slack_webhook|deadman_url/.test(file)));
  });

  it('prints addresses and missing settings for production', async () => {
    const { out } = await rig.setup(
      [
        'HOST_NAMES="bot.example.com, www.example.com"',
        'ACME_EMAIL=ops@example.com',
        'HTTP_PORT=8080',
        'HTTPS_PORT=8443',
        'SLACK_BOT_TOKEN=xoxb-1',
        'SLACK_SIGNING_SECRET=abc',
        'DOCKER_ACT_URL=http://docker-act:2375',
        'DOCKER_JOBS_URL=unix:/run/docker-jobs/jobs.sock',
      ].join('\n'),
    );
    assert.equal(rig.read('grafana/root_url'), 'https://bot.example.com:8443/grafana/\n', 'for Grafana’s links');
    assert.match(out, /Certificate for bot\.example\.com, www\.example\.com from Let’s Encrypt\./);
    assert.match(out, /Slack: events over HTTP to https:\/\/bot\.example\.com:8443\/slack\/events/);
    assert.match(out, /Alerts: to #\S+, which the bot makes or joins .*channels:manage and channels:join/);
    assert.match(out, /connects to port 80; .* 8080 /);
    assert.match(out, /without ALERT_WEBHOOK_URL/);
    assert.match(out, /--profile control/);
    assert.match(out, /--profile jobs/);
    assert.doesNotMatch(out, /xoxb-1/);
  });

  it('makes the password of the stack’s own database, keeps it, and gives it to the program and the database alone', async () => {
    const env =
      'COMPOSE_PROFILES=postgres\nDATABASE_URL=postgres://ultronex@postgres:5432/ultronex\nULTRONEX_REPLICAS=3\n';
    const { code, out } = await rig.setup(env);
    assert.equal(code, 0, out);
    const password = rig.read('postgres/password').trim();
    assert.ok(password.length > 20);
    const address = `postgres://ultronex:${password}@postgres:5432/ultronex`;
    assert.ok(rig.read('ultronex/ultronex.env').includes(address));
    const files = rig.written().map((line) => line.split(' ')[0] ?? '');
    const having = files.filter((file) => file !== 'probe/wget' && rig.read(file).includes(password));
    assert.deepEqual(having, ['postgres/password', 'ultronex/ultronex.env']);
    assert.ok(!out.includes(password));
    await rig.setup(env);
    assert.equal(rig.read('postgres/password').trim(), password);
  });

  it('leaves the address of another database as it is, and makes no password for it', async () => {
    const url = 'postgres://u:secret@db.example.com:5432/bot';
    const { code } = await rig.setup(`DATABASE_URL=${url}\n`);
    assert.equal(code, 0);
    assert.ok(rig.read('ultronex/ultronex.env').includes(url));
    assert.ok(!rig.written().some((file) => file.startsWith('postgres/')));
  });

  it('gives the authority of another database to the program alone, as one line', async () => {
    const url = 'postgres://u:secret@db.example.com:5432/bot';
    const { ca } = createAuthority();
    const line = Buffer.from(ca).toString('base64');
    const { code, out } = await rig.setup(`DATABASE_URL=${url}\nDATABASE_CA=${line}\n`);
    assert.equal(code, 0, out);
    const given = parseEnv(rig.read('ultronex/ultronex.env'));
    assert.deepEqual([given.DATABASE_URL, given.DATABASE_CA], [url, line]);
    assert.match((await rig.setup(`DATABASE_URL=${url}\nDATABASE_CA='${ca}'\n`)).err, /in \.env write its base64/);
    const own = 'COMPOSE_PROFILES=postgres\nDATABASE_URL=postgres://ultronex@postgres:5432/ultronex\n';
    assert.match((await rig.setup(`${own}DATABASE_CA=${line}\n`)).err, /the stack’s own has no TLS\. Take it out/);
    assert.match(
      (await rig.setup(`DATABASE_URL=${url}\nDATABASE_CA=abc\n`)).err,
      /DATABASE_CA is no certificate in PEM/,
    );
    assert.match((await rig.setup(`DATABASE_CA_FILE=/ca.pem\n`)).err, /write the value as DATABASE_CA/);
  });

  it('makes the password of the stack’s own Valkey, keeps it, and gives it to the program and Valkey alone', async () => {
    const env = 'COMPOSE_PROFILES=redis\nREDIS_URL=redis://valkey:6379\n';
    const { code, out } = await rig.setup(env);
    assert.equal(code, 0, out);
    const password = rig.read('valkey/password').trim();
    assert.ok(password.length > 20);
    assert.equal(rig.read('valkey/valkey.conf'), `requirepass "${password}"\n`);
    assert.ok(rig.read('ultronex/ultronex.env').includes(`redis://:${password}@valkey:6379`));
    const files = rig.written().map((line) => line.split(' ')[0] ?? '');
    const having = files.filter((file) => file !== 'probe/wget' && rig.read(file).includes(password));
    assert.deepEqual(having, ['ultronex/ultronex.env', 'valkey/password', 'valkey/valkey.conf']);
    assert.ok(!out.includes(password));
    await rig.setup(env);
    assert.equal(rig.read('valkey/password').trim(), password);
    await rig.setup(`${env}REDIS_PASSWORD='it"s\\ ö'\n`);
    assert.equal(rig.read('valkey/valkey.conf'), 'requirepass "it\\x22s\\x5c\\x20\\xc3\\xb6"\n');
    assert.ok(rig.read('ultronex/ultronex.env').includes('redis://:it%22s%5C%20%C3%B6@valkey:6379'));
  });

  it('leaves the address of another Redis as it is, and makes no password for it', async () => {
    const url = 'rediss://u:secret@redis.example.com:6380/1';
    const { code } = await rig.setup(`REDIS_URL=${url}\n`);
    assert.equal(code, 0);
    assert.ok(rig.read('ultronex/ultronex.env').includes(url));
    assert.ok(!rig.written().some((file) => file.startsWith('valkey/')));
  });

  it('refuses what Valkey cannot do, with the remedy', async () => {
    const refusal = async (env: string) => {
      const { code, err } = await rig.setup(env);
      assert.equal(code, 78, env);
      return err;
    };
    const on = 'COMPOSE_PROFILES=postgres,redis\nDATABASE_URL=postgres://ultronex@postgres:5432/ultronex\n';
    assert.match(await refusal('COMPOSE_PROFILES=redis\n'), /set REDIS_URL=redis:\/\/valkey:6379/);
    assert.match(await refusal('REDIS_URL=redis://valkey:6379\n'), /add redis to COMPOSE_PROFILES/);
    assert.match(await refusal('REDISCLOUD_URL=redis://valkey:6379\n'), /add redis to COMPOSE_PROFILES/);
    for (const url of ['rediss://valkey:6379', 'redis://valkey:6380', 'redis://bot:pw@valkey:6379']) {
      assert.match(await refusal(`${on}REDIS_URL=${url}\n`), /no TLS.* write redis:\/\/valkey:6379/, url);
    }
    const ours = `${on}REDIS_URL=redis://valkey:6379\n`;
    assert.match(await refusal(`${ours}VALKEY_MAXMEMORY=200mb\n`), /more than half of VALKEY_MEMORY \(320m\)/);
    assert.match(await refusal(`${ours}VALKEY_MAXMEMORY=lots\n`), /write a size with mb or gb/);
    assert.match(await refusal(`${ours}EVENTS_MAXLEN=1000000\n`), /535 MiB in Valkey.*raise it and VALKEY_MEMORY/);
    assert.equal((await rig.setup(`${ours}RELAX_EVENTS_QUEUE=relax\n`)).code, 0, 'both targets fit with the defaults');
  });

  it('takes the two machines of the database only together, as addresses', async () => {
    const one = await rig.setup('DATABASE_NODE_1=10.0.1.2\n');
    assert.match(one.err, /DATABASE_NODE_1 and DATABASE_NODE_2 belong together/);
    const named = await rig.setup('DATABASE_NODE_1=db-1\nDATABASE_NODE_2=10.0.1.3\n');
    assert.match(named.err, /DATABASE_NODE_1="db-1": write an IPv4 address/);
    const url = 'postgres://ultronex:secret@haproxy:5432/ultronex';
    const { code } = await rig.setup(`DATABASE_URL=${url}\nDATABASE_NODE_1=10.0.1.2\nDATABASE_NODE_2=10.0.1.3\n`);
    assert.equal(code, 0);
    assert.ok(rig.read('ultronex/ultronex.env').includes(url));
  });

  describe('with a bucket for log lines', () => {
    const bucket = {
      LOG_BUCKET: 'ultronex-logs',
      LOG_BUCKET_ENDPOINT: 'https://fsn1.your-objectstorage.com',
      LOG_BUCKET_KEY_ID: 'KEYID123',
      LOG_BUCKET_SECRET: 'a+b/c=d',
    };
    const envOf = (settings: Record<string, string | undefined>) =>
      Object.entries(settings)
        .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}\n`]))
        .join('');

    it('writes its key for Loki alone, and removes it when the settings are gone', async () => {
      const { code, out, err } = await rig.setup(envOf(bucket));
      assert.equal(code, 0, err);
      assert.equal(
        rig.read('loki/credentials'),
        '[default]\naws_access_key_id = KEYID123\naws_secret_access_key = a+b/c=d\n',
      );
      const files = rig.written().map((line) => line.split(' ')[0] ?? '');
      const having = files.filter((file) => rig.read(file).includes(bucket.LOG_BUCKET_SECRET));
      assert.deepEqual(having, ['loki/credentials']);
      assert.ok(!out.includes(bucket.LOG_BUCKET_SECRET));
      await rig.setup('');
      assert.ok(!rig.written().some((file) => file.startsWith('loki/')));
    });

    it('refuses half of the settings, with the names of the others', async () => {
      for (const name of Object.keys(bucket)) {
        const { code, err } = await rig.setup(envOf({ ...bucket, [name]: undefined }));
        assert.equal(code, 78, name);
        assert.ok(err.includes(` without ${name}: set all four of LOG_BUCKET, `), err);
        assert.ok(!err.includes(bucket.LOG_BUCKET_SECRET));
      }
      const region = await rig.setup('LOG_BUCKET_REGION=eu-central-1\n');
      assert.equal(region.code, 78);
      assert.match(region.err, /LOG_BUCKET_REGION without LOG_BUCKET, LOG_BUCKET_ENDPOINT, .*, or none\./);
    });

    it('refuses values that Loki or its file of keys would misread, and prints no secret', async () => {
      const wrong: [Record<string, string>, RegExp][] = [
        [{ LOG_BUCKET: 's3://logs' }, /LOG_BUCKET="s3:\/\/logs": write the name alone/],
        [
          { LOG_BUCKET_ENDPOINT: 'http://storage.example.com' },
          /LOG_BUCKET_ENDPOINT=.*: write https:\/\/ and the host/,
        ],
        [{ LOG_BUCKET_ENDPOINT: 'https://storage.example.com/logs' }, /without the bucket and without a path/],
        [{ LOG_BUCKET_REGION: 'eu central' }, /LOG_BUCKET_REGION="eu central": write small letters/],
        [{ LOG_BUCKET_SECRET: "'two words'" }, /LOG_BUCKET_SECRET: write the key as the object storage printed it/],
      ];
      for (const [settings, reason] of wrong) {
        const { code, err } = await rig.setup(envOf({ ...bucket, ...settings }));
        assert.equal(code, 78, JSON.stringify(settings));
        assert.match(err, reason);
        assert.ok(!err.includes('two words'));
      }
    });
  });

  it('refuses several replicas without a database, and the profile without its address', async () => {
    const alone = await rig.setup('ULTRONEX_REPLICAS=3\n');
    assert.equal(alone.code, 78);
    assert.match(alone.err, /ULTRONEX_REPLICAS=3 needs a database that they share: set DATABASE_URL/);
    const profile = await rig.setup('COMPOSE_PROFILES=postgres\n');
    assert.match(profile.err, /set DATABASE_URL=postgres:\/\/ultronex@postgres:5432\/ultronex/);
    assert.match((await rig.setup('ULTRONEX_REPLICAS=7\n')).err, /ULTRONEX_REPLICAS="7": write a number from 1 to 6/);
  });

  it('writes nothing when a setting is wrong, and exits with 78', async () => {
    const { code, err } = await rig.setup('HOST_NAMES=bot.example.com\nSLACK_APP_TOKEN=xapp-1\nLOKI_RETENTION=3d\n');
    assert.equal(code, 78);
    for (const name of ['SLACK_BOT_TOKEN', 'LOKI_RETENTION']) assert.ok(err.includes(name), err);
    assert.throws(rig.written, /ENOENT/);
  });

  it('names a file of the project that is missing, before it writes', async () => {
    rmSync(join(rig.project, 'deploy'), { recursive: true });
    const { code, err } = await rig.setup('');
    assert.equal(code, 1);
    assert.match(err, /alertmanager\.tmpl\.yml cannot be read \(ENOENT\)/);
    assert.throws(rig.written, /ENOENT/);
  });

  it('fails when .env exists but cannot be read', async () => {
    mkdirSync(join(rig.project, '.env'));
    const { code, err } = await rig.setup();
    assert.equal(code, 1);
    assert.match(err, /\.env cannot be read: EISDIR/);
  });
});
