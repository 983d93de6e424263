/**
 * Three replicas of the program on the stack's own PostgreSQL and Valkey, asked through HAProxy while one of them, or Valkey, is killed.
 * A stack of its own, after that of main.stack.ts.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/program.ts';
import { run } from './command.ts';
import { repository } from './stack.ts';

const project = 'ultronex-replicas';
const port = 28_443;
const env = {
  COMPOSE_PROJECT_NAME: project,
  COMPOSE_PROFILES: 'postgres,redis',
  DATABASE_URL: 'postgres://ultronex@postgres:5432/ultronex',
  REDIS_URL: 'redis://valkey:6379',
  ULTRONEX_REPLICAS: '3',
  BIND_ADDRESS: '127.0.0.1',
  HTTP_PORT: '28080',
  HTTPS_PORT: String(port),
  BASIC_AUTH_PASSWORD: 'only-for-this-test',
  MERGE: 'off',
};
/** Of the simulator. Each replica has one of its own, where it cannot edit what another one sent: nothing is merged. */
const channels = ['#general', '#ops', '#random', '#alerts', '#canary'];
const authorization = `Basic ${Buffer.from(`ultronex:${env.BASIC_AUTH_PASSWORD}`).toString('base64')}`;

/** Through HAProxy, on a connection of its own. The certificate is self-signed. */
async function ask(path: string, body?: unknown, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const asking = request(
      {
        ...{ host: '127.0.0.1', port, path, method: body === undefined ? 'GET' : 'POST', rejectUnauthorized: false },
        headers: { host: 'localhost', authorization, 'content-type': 'application/json', ...headers },
        ...{ agent: false, timeout: 10_000 },
      },
      (response) =>
        text(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer || '{}') }),
          reject,
        ),
    );
    asking.on('timeout', () => asking.destroy(new Error('no answer within 10 s')));
    asking.on('error', reject);
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('three replicas behind HAProxy', { timeout: 900_000 }, () => {
  let folder = '';
  const docker = (...args: string[]) => run('docker', args);
  const compose = (...args: string[]) => run('docker', ['compose', ...args], { cwd: folder });
  const replicas = async () => (await compose('ps', '-q', 'ultronex')).split(/\s+/).filter(Boolean);
  const inspect = async (id: string, format: string) => (await docker('inspect', '-f', format, id)).trim();
  /** The value of a query of Prometheus with one result. */
  const measured = async (query: string): Promise<string | undefined> => {
    const at = `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(query)}`;
    const answer = await compose('exec', '-T', 'prometheus', '/probe/wget', '-q', '-O', '-', at);
    return JSON.parse(answer).data.result[0]?.value[1];
  };
  const areHealthy = async (count: number) => {
    const ids = await replicas();
    const states = await Promise.all(ids.map((id) => inspect(id, '{{.State.Health.Status}}')));
    return states.filter((state) => state === 'healthy').length === count;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ultronex-replicas-'));
    for (const part of [
      'docker-compose.yml',
      'haproxy',
      'deploy',
      'replies',
      'access',
      'hooks',
      'destinations',
      'watch',
      'jobs',
    ]) {
      cpSync(join(repository, part), join(folder, part), { recursive: true });
    }
    const lines = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    writeFileSync(join(folder, '.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
    await run('chmod', ['a+rx', folder]);
    await compose('down', '--volumes', '--timeout', '5');
    await compose('up', '-d', '--no-build', 'ultronex', 'haproxy', 'prometheus');
    await eventually('three healthy replicas', () => areHealthy(3), 300_000);
  });
  after(async () => {
    await compose('down', '--volumes', '--timeout', '5');
    rmSync(folder, { recursive: true, force: true });
  });

  it('a browser’s requests go to all of them, with one login', async () => {
    const starts = new Set<unknown>();
    await eventually(
      'answers of three programs',
      async () => {
        const { status, body } = await ask('/ultronex/stats');
        assert.equal(status, 200);
        return starts.add(body.started_at).size === 3;
      },
      60_000,
    );
  });

  it('the password of the database is in no environment and no log', async () => {
    const password = (await compose('exec', '-T', 'postgres', 'cat', '/run/secrets/password')).trim();
    assert.ok(password.length > 20);
    for (const id of await replicas()) assert.ok(!(await docker('inspect', id)).includes(password));
    assert.ok(!(await compose('logs', 'ultronex', 'postgres', 'setup')).includes(password));
  });

  it('of the posts that are accepted while one is killed none is lost, and none is there twice', async (t) => {
    const accepted = new Map<string, string>();
    let [asked, failed] = [0, 0];
    const endsAt = Date.now() + 20_000;
    const causes = new Map<string, number>();
    const [victim = ''] = await replicas();
    const pid = await inspect(victim, '{{.State.Pid}}');
    async function post(): Promise<void> {
      const key = randomUUID();
      asked += 1;
      await eventually(
        `an answer for ${key}`,
        async () => {
          const msg = { channel: channels[asked % channels.length], text: `message ${key}` };
          const answer = await ask('/ultronex/slack', { msg }, { 'idempotency-key': key }).catch(
            (error: Error) => error,
          );
          if (!(answer instanceof Error) && answer.status === 200) return accepted.set(key, String(answer.body.id));
          failed += 1;
          const cause = answer instanceof Error ? answer.message : String(answer.status);
          causes.set(cause, (causes.get(cause) ?? 0) + 1);
          return null;
        },
        60_000,
      );
    }
    async function client(): Promise<void> {
      while (Date.now() < endsAt) {
        await post();
        // HAProxy takes 300 requests of an address in 10 s.
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
    }
    const clients = Promise.all(Array.from({ length: 4 }, client));
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await run('kill', ['-9', pid]);
    await clients;
    assert.equal(new Set(accepted.values()).size, asked);
    const inDatabase = async (what: string) => {
      const query = `SELECT ${what} FROM ultronex.deliveries WHERE text LIKE 'message %'`;
      return (
        await compose('exec', '-T', 'postgres', 'psql', '-U', 'ultronex', '-d', 'ultronex', '-tAc', query)
      ).trim();
    };
    const lost = async () => {
      const ids = new Set((await inDatabase("string_agg(id, ' ') FILTER (WHERE state = 'sent')")).split(' '));
      return [...accepted.values()].filter((id) => !ids.has(id));
    };
    await eventually('every accepted message is sent', async () => (await lost()).length === 0, 180_000);
    assert.equal(Number(await inDatabase('count(*)')), asked, 'each is there once');
    t.diagnostic(`${asked} posts, ${failed} of their tries failed ${JSON.stringify([...causes])}, 0 lost`);
    await eventually('the killed one is back', () => areHealthy(3), 120_000);
  });

  it('Prometheus reads all of them', async () => {
    await eventually('three targets', async () => (await measured('count(up{job="ultronex"} == 1)')) === '3', 120_000);
  });

  it('each tells of the database, of the others and of Valkey', async () => {
    const expected = {
      'sum(ultronex_database_up)': '3',
      'min(ultronex_instances)': '3',
      'min(ultronex_instances_wanted)': '3',
      'sum(ultronex_redis_up)': '3',
    };
    for (const [query, value] of Object.entries(expected)) {
      await eventually(query, async () => (await measured(query)) === value, 60_000);
    }
    assert.equal(await measured('count(count by (version, release) (ultronex_build_info))'), '1');
  });

  it('events reach Valkey, also those from while it was killed; its password is in no environment and no log', async () => {
    const valkey = (await compose('ps', '-q', 'valkey')).trim();
    const [password = ''] = (await compose('exec', '-T', 'valkey', 'cat', '/run/secrets/password')).split('\n');
    assert.ok(password.length > 20);
    const cli = (command: string) =>
      compose('exec', '-T', 'valkey', 'sh', '-c', `REDISCLI_AUTH=$(cat /run/secrets/password) valkey-cli ${command}`);
    const say = (text: string) => ask('/ultronex/simulator/messages', { channel: 'general', user: 'U1', text });
    const areThere = async (texts: string[]) => {
      const all = await cli('XRANGE ultronex:events - +');
      return texts.every((text) => all.includes(text));
    };
    assert.equal((await say('before the kill')).status, 201);
    await eventually('the first event', () => areThere(['before the kill']), 60_000);
    await run('kill', ['-9', await inspect(valkey, '{{.State.Pid}}')]);
    assert.equal((await say('while it is away')).status, 201);
    await eventually('both events', () => areThere(['before the kill', 'while it is away']).catch(() => false), 60_000);
    for (const id of [valkey, ...(await replicas())]) assert.ok(!(await docker('inspect', id)).includes(password));
    assert.ok(!(await compose('logs', 'ultronex', 'valkey', 'setup')).includes(password));
    assert.ok(!(await compose('top', 'valkey')).includes(password));
  });
});
