import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/program.ts';
import { containerOf, killProcess, type Stack } from './stack.ts';

/** An image that the other tests need, too. */
export const jobImage = 'node:24-trixie-slim';

interface Shown {
  id: string;
  name: string;
  state: string;
  exitCode: number | null;
  reason: string | null;
  output: string;
}

/** Jobs in containers, through HAProxy, the program and docker-jobs. */
export function jobTests(stack: () => Stack): void {
  const start = async (script: string, more: object = {}, wait = '?wait=60s') => {
    const body = { target: 'container', image: jobImage, command: ['sh', '-c', script], ...more };
    const { status, json, text } = await stack().ask(`/ultronex/jobs${wait}`, { method: 'POST', body });
    assert.ok(status === 200 || status === 202, text);
    return json as Shown;
  };
  const shown = async (id: string) => (await stack().ask(`/ultronex/jobs/${id}`)).json as Shown;
  const output = async (id: string) =>
    (await stack().ask(`/ultronex/jobs/${id}/logs`, { headers: { accept: 'text/plain' } })).text;
  const ended = (id: string) =>
    eventually(
      'its end',
      async () => {
        const job = await shown(id);
        return !['queued', 'starting', 'running'].includes(job.state) && job;
      },
      60_000,
    );
  /** Asks docker-jobs from where the program is. */
  const fromProgram = async (method: string, path: string, body?: object) => {
    const script = `
      const request = require('node:http').request({ socketPath: '/run/docker-jobs/jobs.sock', method: '${method}', path: '${path}',
        headers: { 'content-type': 'application/json' } }, async (response) => {
        console.log(response.statusCode, Buffer.concat(await response.toArray()).toString());
      });
      request.end(${body === undefined ? '' : `JSON.stringify(${JSON.stringify(body)})`});`;
    return (await stack().docker('exec', containerOf('ultronex'), 'node', '-e', script)).trim();
  };

  test('a job runs in a container without rights, and its container is gone afterwards', {
    timeout: 90_000,
  }, async () => {
    const script =
      'echo "Hello $NAME!"; id -u; grep CapEff /proc/self/status; ls /sys/class/net; touch /x || echo sealed';
    const job = await start(script, { env: { NAME: 'Daniela $(id)\n`id`' } });
    assert.deepEqual([job.state, job.exitCode], ['succeeded', 0], JSON.stringify(job));
    // The error of touch comes on stderr. Docker does not keep the order between stderr and stdout.
    const lines = job.output.split('\n').filter((line) => !line.startsWith('touch: '));
    const seen = ['Hello Daniela $(id)', '`id`!', '65534', 'CapEff:\t0000000000000000', 'lo', 'sealed'];
    assert.deepEqual(lines.slice(0, 6), seen, job.output);
    assert.equal(job.name, `ultronex-job-${job.id}`);
    await eventually('its container to be removed', async () => {
      return (await stack().docker('ps', '-aq', '--filter', 'label=ultronex.job')) === '';
    });
  });

  test('it has a network only if it asks for one', { timeout: 90_000 }, async () => {
    assert.match((await start('ls /sys/class/net', { network: true })).output, /^eth0$/m);
  });

  test('a lack of memory and an exit code are told apart', { timeout: 90_000 }, async () => {
    const hungry = await start('tail /dev/zero', { memory: '32MB' });
    assert.deepEqual([hungry.state, hungry.reason], ['failed', 'It needed more than 32 MiB of memory.']);
    const wrong = await start('exit 9');
    assert.deepEqual([wrong.state, wrong.exitCode], ['failed', 9]);
  });

  test('10 MB of output come to their end', { timeout: 90_000 }, async () => {
    const job = await start(
      "seq -f 'line %.0f xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' 1 120000; echo end",
      { cpus: 1 },
    );
    const { state } = await ended(job.id);
    assert.equal(state, 'succeeded');
    const text = await output(job.id);
    assert.match(text, /^line 1 x/);
    assert.match(text, /line 120000 x+\nend\n$/);
  });

  test('a job that ignores SIGTERM is killed, and one that takes too long', { timeout: 120_000 }, async () => {
    const { id } = await start('trap "" TERM; echo here; while :; do sleep 0.2; done', {}, '');
    await eventually('it to run', async () => (await output(id)).includes('here'), 30_000);
    assert.equal((await stack().ask(`/ultronex/jobs/${id}`, { method: 'DELETE' })).status, 202);
    assert.equal((await ended(id)).state, 'cancelled');
    assert.equal((await start('sleep 100', { timeout: '2s' })).state, 'timed_out');
  });

  test('kill -9 of the program and of docker-jobs loses no line of a job', { timeout: 180_000 }, async () => {
    const { id } = await start('n=0; while [ $n -lt 400 ]; do n=$((n + 1)); echo "line $n"; sleep 0.1; done', {}, '');
    // Last the program: the next one follows jobs after up to 30 s, when the lease of the killed one is over.
    for (const service of ['docker-jobs', 'docker-jobs', 'ultronex']) {
      const before = (await output(id).catch(() => '')).length;
      await killProcess(stack(), service);
      await eventually(
        `more of it, or its end, after the end of ${service}`,
        async () => {
          const answer = await stack().ask(`/ultronex/jobs/${id}/logs`, { headers: { accept: 'text/plain' } });
          return answer.status === 200 && (answer.text.length > before || (await shown(id)).state === 'succeeded');
        },
        60_000,
      );
    }
    assert.equal((await ended(id)).state, 'succeeded');
    assert.equal(await output(id), Array.from({ length: 400 }, (_, n) => `line ${n + 1}\n`).join(''));
  });

  test('docker-jobs is nobody, without capabilities and network, and lets nothing else through', async () => {
    const inside = (...command: string[]) => stack().docker('exec', containerOf('docker-jobs'), ...command);
    // Its process 1; `exec` is the user of the service.
    const status = await inside('grep', '-E', '^(Uid|CapEff|NoNewPrivs):', '/proc/1/status');
    assert.equal(
      status.replaceAll('\t', ' '),
      'Uid: 65534 65534 65534 65534\nCapEff: 0000000000000000\nNoNewPrivs: 1\n',
    );
    assert.equal(await inside('ls', '/sys/class/net'), 'lo\n');
    const id = '6f0c2f6e-8f0e-4c39-9a52-7f2f3f0f9f10';
    const job = { id, image: jobImage, command: [], env: {}, memoryMb: 64, cpus: 0.5, network: false, timeoutS: 60 };
    assert.match(await fromProgram('POST', '/jobs', { ...job, HostConfig: { Privileged: true } }), /^422 .*HostConfig/);
    assert.match(await fromProgram('POST', '/jobs', { ...job, image: 'haproxy:3.2' }), /^403 /);
    assert.match(await fromProgram('GET', '/containers/json'), /^404 .*no_route/);
    // A container of somebody else with such a name.
    await stack().docker('run', '-d', '--name', `ultronex-job-${id}`, '--network', 'none', jobImage, 'sleep', '60');
    try {
      for (const [method, path, body] of [
        ['GET', ''],
        ['DELETE', ''],
        ['POST', '/start'],
        ['GET', '/output'],
        ['POST', '/stop', { signal: 'KILL' }],
      ] as const) {
        assert.match(await fromProgram(method, `/jobs/${id}${path}`, body), /^404 .*no_container/, path);
      }
      assert.match(await fromProgram('POST', '/jobs', job), /^404 .*no_container/);
    } finally {
      await stack().docker('rm', '-f', `ultronex-job-${id}`);
    }
  });
}
