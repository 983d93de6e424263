import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/program.ts';
import { containerOf, type Stack } from './stack.ts';

interface Shown {
  name: string;
  state: string;
  restarts: number;
  cpuPercent: number | null;
  memoryBytes: number | null;
  startedAt: number | null;
}

/** The program's page of containers, through HAProxy. */
export function containerTests(stack: () => Stack): void {
  const list = async () => (await stack().ask('/ultronex/containers/list')).json;
  const act = (name: string, action: string, confirm = name) =>
    stack().ask(`/ultronex/containers/${name}/actions`, { method: 'POST', body: { action, confirm } });

  test('every container is listed, with its memory as `docker stats` has it', { timeout: 60_000 }, async (t) => {
    /** Returns the containers whose two figures are far apart. */
    async function apart(): Promise<string[]> {
      const { control, containers } = (await list()) as { control: boolean; containers: Shown[] };
      assert.equal(control, true);
      const mine = containers.filter(({ name }) => name.startsWith('ultronex-test-'));
      assert.ok(mine.length >= 12, `${mine.length} containers`);
      const lines = await stack().docker('stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}');
      return lines
        .trim()
        .split('\n')
        .flatMap((line) => {
          const [name = '', used = ''] = line.split(' ');
          const shown = mine.find((each) => each.name === name)?.memoryBytes;
          if (!name.startsWith('ultronex-test-') || typeof shown !== 'number') return [];
          const stats = bytes(used);
          t.diagnostic(`${name}: ${(shown / 2 ** 20).toFixed(1)} MiB here, ${used} in docker stats`);
          return Math.abs(shown - stats) < Math.max(8 * 2 ** 20, stats * 0.25)
            ? []
            : [`${name}: ${shown} and ${stats}`];
        });
    }
    // They are read one after the other. A process that begins in between, such as a health check, is in one of them alone.
    let different = await apart();
    for (let tries = 0; different.length > 0 && tries < 5; tries += 1) different = await apart();
    assert.deepEqual(different, []);
  });

  test('a restart is done when it is asked twice, and is in the audit log', { timeout: 60_000 }, async () => {
    const name = containerOf('node-exporter');
    const startedAt = async () =>
      ((await list()).containers as Shown[]).find((each) => each.name === name)?.startedAt ?? 0;
    const before = await startedAt();
    assert.equal((await act(name, 'restart', 'another')).status, 422);
    assert.equal((await act(name, 'restart')).status, 200);
    await eventually('started again', async () => (await startedAt()) > before, 30_000);
    const { text } = await stack().ask('/ultronex/containers/audit');
    assert.ok(text.includes('restart') && text.includes(name), text.slice(0, 400));
  });

  test('a shell, through HAProxy', { timeout: 30_000 }, async () => {
    const name = containerOf('certbot');
    const said = await stack().shell(`/ultronex/containers/${name}/shell?confirm=${name}`, 'echo $((6 * 7))\nexit\n');
    assert.match(said, /42/);
    const { text } = await stack().ask('/ultronex/containers/audit');
    assert.match(text, /"shell"/);
  });

  test('Slack: `containers`, and `restart` with its button, for those who may', { timeout: 60_000 }, async () => {
    const command = (user: string, text: string) => stack().slack('command', { user, text });
    assert.match((await command('U1', 'containers')).text, /ultronex-test-loki-1/);
    assert.match((await command('U2', 'restart node-exporter')).text, /You may not/);
    const { body } = await command('U1', 'restart node-exporter');
    const [, { elements }] = body.blocks as [object, { elements: { action_id: string; value: string }[] }];
    assert.equal(elements[0]?.value, 'restart ultronex-test-node-exporter-1 yes');
    const startedAt = async () => stack().docker('inspect', '-f', '{{.State.StartedAt}}', containerOf('node-exporter'));
    const before = await startedAt();
    await stack().slack('button', { user: 'U1', ...elements[0] });
    await eventually('restarted', async () => (await startedAt()) !== before, 30_000);
  });

  test('the branch that the program sits on is not cut', async () => {
    for (const [service, action] of [
      ['docker-read', 'stop'],
      ['docker-act', 'restart'],
      ['ultronex', 'stop'],
    ] as const) {
      assert.equal((await act(containerOf(service), action)).status, 409, service);
    }
  });

  test('the proxies of the socket let nothing else through', async () => {
    const status = async (url: string, method = 'GET') => (await stack().inside(url, { method })).status;
    assert.equal(await status('http://docker-read:2375/containers/json'), 200);
    for (const path of ['/images/json', '/containers/create', '/containers/../images/json', '/secrets', '/info']) {
      assert.equal(await status(`http://docker-read:2375${path}`), 403, path);
    }
    assert.equal(await status('http://docker-read:2375/containers/ultronex-test-loki-1/restart', 'POST'), 403);
    assert.equal(await status('http://docker-act:2375/containers/create', 'POST'), 403);
    assert.equal(await status('http://docker-act:2375/containers/ultronex-test-loki-1', 'DELETE'), 403);
    const shell = async (service: string) => {
      const url = `http://docker-act:2375/containers/ultronex-test-${service}-1/exec`;
      return (await stack().inside(url, { method: 'POST', body: { AttachStdout: true, Cmd: ['true'] } })).status;
    };
    assert.equal(await shell('certbot'), 201);
    for (const service of ['docker-read', 'docker-act', 'node-exporter'])
      assert.equal(await shell(service), 403, service);
  });
}

function bytes(text: string): number {
  const [, number, unit = 'B'] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
  const units: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
  return Number(number) * (units[unit] ?? Number.NaN);
}
