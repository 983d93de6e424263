import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import { ConfigError } from '../../src/config/load.ts';
import { checkEnv } from '../../src/stack-setup/check-env.ts';
import { durationHours } from '../../src/stack-setup/duration.ts';
import { envFile, quote } from '../../src/stack-setup/env-file.ts';
import { stackSettings } from '../../src/stack-setup/settings.ts';
import { makeFolder } from '../cli/support.ts';

/** What is said against a `.env`. */
function problems(env: Record<string, string>): readonly string[] {
  try {
    checkEnv(envFile(env));
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
}

const real = { HOST_NAMES: 'bot.example.com', ACME_EMAIL: 'ops@example.com' };

describe('the .env of the stack', () => {
  it('may be empty, or have production settings with or without Slack', () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ HOST_NAMES: '', ACME_STAGING: '', SLACK_BOT_TOKEN: '' }), []);
    assert.deepEqual(problems(real), []);
    assert.deepEqual(problems({ HOST_NAMES: 'bot.example.com' }), [], 'ACME_EMAIL is optional');
    assert.deepEqual(problems({ HOST_NAMES: 'bot.example.com', ACME_EMAIL: '', ACME_STAGING: 'true' }), []);
    assert.deepEqual(problems({ ...real, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }), []);
    assert.deepEqual(problems({ ...real, HOST_NAMES: 'a.example.com b.Example.com,xn--bcher-kva.example' }), []);
    assert.deepEqual(problems({ COMPOSE_PARALLEL_LIMIT: '1', DOCKER_HOST: 'unix:///x', BIND_ADDRESS: '[::]' }), []);
  });

  it('needs no PUBLIC_URL for installations in other workspaces, and names what is missing', () => {
    const app = { ...real, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'shh' };
    const TOKEN_KEYS = `k1:${Buffer.alloc(32).toString('base64')}`;
    assert.deepEqual(problems({ ...app, TOKEN_KEYS }), []);
    assert.match(
      problems(app).join(),
      /^SLACK_CLIENT_ID .* also needs TOKEN_KEYS \(k1: and .*openssl rand -base64 32\)\.$/,
    );
  });

  it('has the defaults of docker-compose.yml, which pass their own checks', () => {
    for (const [name, { default: value, check }] of Object.entries(stackSettings)) {
      if (value !== undefined) assert.equal(check(value), null, name);
    }
  });

  const wrong: [env: Record<string, string>, said: RegExp][] = [
    [{ HOST_NAMES: 'bot.example.com', ACME_EMAIL: 'ops' }, /^ACME_EMAIL.* write an e-mail address/],
    [{ ACME_EMAIL: 'ops@example.com' }, /^ACME_EMAIL is set, but HOST_NAMES is not/],
    [{ ACME_STAGING: 'true' }, /^ACME_STAGING is set, but HOST_NAMES is not/],
    [{ ...real, ACME_STAGING: 'true', ACME_SERVER: 'https://pebble:14000/dir' }, /^ACME_SERVER and ACME_STAGING/],
    [{ ...real, HOST_NAMES: 'https://bot.example.com/' }, /write it without https/],
    [{ ...real, HOST_NAMES: '*.example.com' }, /list each name/],
    [{ ...real, HOST_NAMES: 'a.example.com, localhost' }, /"localhost" is no public DNS name/],
    [{ ...real, HOST_NAMES: '192.0.2.1' }, /"192\.0\.2\.1" is no public DNS name/],
    [{ ...real, HOST_NAMES: 'under_score.example.com' }, /is no public DNS name/],
    [{ SLACK_APP_TOKEN: 'xapp-secret' }, /SLACK_BOT_TOKEN is not/],
    [{ DATA_DIR: './data' }, /^DATA_DIR is set by docker-compose\.yml/],
    [{ HOST: '0.0.0.0' }, /^HOST is set by docker-compose\.yml/],
    [{ PORT: '80' }, /^PORT is set by docker-compose\.yml/],
    [{ SLACK_BOT_TOKEN_FILE: '/home/me/secret' }, /write the value as SLACK_BOT_TOKEN/],
    [{ STATS_PASSWORD_FILE: '/home/me/secret' }, /write the value as STATS_PASSWORD/],
    [{ SLACK_BOT_TOKN: 'xoxb-secret' }, /did you mean SLACK_BOT_TOKEN\?/],
    [{ HOSTNAMES: 'a' }, /did you mean HOST_NAMES\?/],
    [{ SOMETHING_ELSE: 'secret' }, /^SOMETHING_ELSE is no setting; take it out/],
    [{ HTTP_PORT: '443' }, /^HTTP_PORT and HTTPS_PORT are both 443/],
    [{ HTTPS_PORT: '70000' }, /^HTTPS_PORT="70000": write a whole number/],
    [{ BIND_ADDRESS: '::1' }, /^BIND_ADDRESS/],
    [{ LOG_RETENTION: '23h' }, /^LOG_RETENTION="23h": write a duration of at least 24h/],
    [{ METRICS_SIZE: '2G' }, /^METRICS_SIZE/],
    [{ METRICS_TIME: 'long' }, /^METRICS_TIME/],
    [{ GRAFANA_MEMORY: '384MB' }, /^GRAFANA_MEMORY/],
    [{ GRAFANA_MEMORY: '384m' }, /^GRAFANA_GOMEMLIMIT \(460MiB\) is not below GRAFANA_MEMORY \(384m\)/],
    [{ HOST_PROPAGATION: 'shared' }, /^HOST_PROPAGATION.* write rslave, or leave it out/],
    [{ LOKI_MEMORY: '256m' }, /^LOKI_GOMEMLIMIT \(280MiB\) is not below LOKI_MEMORY \(256m\)/],
    [{ COMPOSE_PROFILES: 'control' }, /set DOCKER_ACT_URL=/],
    [{ COMPOSE_PROFILES: 'jobs' }, /has jobs, .* set DOCKER_JOBS_URL=unix:\S+ and JOB_IMAGES=alpine:3\.22\.$/],
    [{ COMPOSE_PROFILES: 'jobs', DOCKER_JOBS_URL: 'unix:/run/docker-jobs/jobs.sock' }, /set JOB_IMAGES=/],
    [{ JOB_IMAGES: 'Alpine' }, /^JOB_IMAGES/],
    [{ ALERT_WEBHOOK_URL: 'http://hooks.example.com/secret' }, /^ALERT_WEBHOOK_URL: write an address/],
    [{ ALERT_WEBHOOK_URL: 'http://16843009/secret' }, /^ALERT_WEBHOOK_URL: write an address/],
    [{ DEADMAN_URL: 'http://0x1010101/secret' }, /^DEADMAN_URL: write an address/],
    [{ LOKI_URL: 'http://me:secret@loki:3100' }, /^LOKI_URL holds a login/],
    [{ PROMETHEUS_3_13_PATCH: 'v7' }, /^PROMETHEUS_3_13_PATCH: write the number of a patch release/],
    [{ STATS_PASSWORD: 'secret' }, /^STATS_PASSWORD: at least 8/],
    [{ STATS_PASSWORD: 'secret secret ' }, /^STATS_PASSWORD: it begins or ends with a blank/],
    [{ BASIC_AUTH_PASSWORD: 'secret\nsecret' }, /^BASIC_AUTH_PASSWORD: it holds a line break/],
    [{ BASIC_AUTH_PASSWORD: 'scrypt$16384$8$1$secret$secret' }, /write the password itself/],
    [{ MERGE_BACKLOG: 'x' }, /^MERGE_BACKLOG="x"/],
  ];
  for (const [env, said] of wrong) {
    it(`refuses ${JSON.stringify(env).replaceAll('\n', ' ')}`, () => {
      const found = problems(env);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', said);
      assert.doesNotMatch(found[0] ?? '', /secret(?!s)/);
    });
  }

  it('refuses a value that Node would cut at a #', () => {
    const said = (text: string) => {
      try {
        checkEnv(text);
        return '';
      } catch (error) {
        return (error as ConfigError).problems.join();
      }
    };
    for (const value of ['correct-horse#1', 'correct horse#1', 'correct-ho#1 # no']) {
      assert.match(said(`BASIC_AUTH_PASSWORD=${value}\n`), /^BASIC_AUTH_PASSWORD: what follows # would be cut off/);
    }
    for (const value of ["'correct-horse#1'", '"correct-horse#1"', 'correct-horse # 1', 'correct-horse #1']) {
      assert.equal(said(`BASIC_AUTH_PASSWORD=${value}\n# A=b#c\nACME_EMAIL= #x\n`), '', value);
    }
  });

  it('reports every problem at once', () => {
    assert.equal(problems({ HOST_NAMES: 'x', HTTP_PORT: '0', PORT: '1', NONSENSE: '1', LOG_LEVEL: 'loud' }).length, 5);
  });

  it('reads durations as Loki does', () => {
    assert.deepEqual(['14d', '1d12h', '90m', '2w', '1y'].map(durationHours), [336, 36, 1.5, 336, 8_760]);
    assert.deepEqual(['', 'd', '14', '1h1d', '-1d', '1.5d'].map(durationHours), [null, null, null, null, null, null]);
  });
});

describe('ultronex.env', () => {
  const values = {
    PLAIN: 'xoxb-1',
    HASH: 'a#b # c',
    DOLLAR: '$HOME ${x $$',
    SINGLE: "it's",
    DOUBLE: 'say "x"',
    BOTH: `it's "x" # y`,
    BACKTICK: '`x` # y',
    BLANKS: '  x  ',
    BACKSLASH: 'a\\nb\\\\',
    ESCAPED: `it's a\\nb`,
    LINES: "one # 1\n'two'\nthree",
    EQUALS: 'a=b==',
    UNICODE: 'Grüße 🎉',
    EXPORT: 'export X=1',
    ALL: '\'"`x',
  };

  it('gives `node --env-file` the same values back', () => {
    const { dir, remove } = makeFolder();
    const file = join(dir, 'ultronex.env');
    writeFileSync(file, envFile(values));
    const script = `console.log(JSON.stringify(${JSON.stringify(Object.keys(values))}.map((n) => process.env[n])))`;
    const read = execFileSync(process.execPath, [`--env-file=${file}`, '-e', script], { env: {}, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(read), Object.values(values));
    assert.deepEqual({ ...parseEnv(envFile(values)) }, values);
    return remove();
  });

  it('does not write a value that cannot be read back', () => {
    assert.equal(quote('X', ' \'"` # y'), null);
  });
});
