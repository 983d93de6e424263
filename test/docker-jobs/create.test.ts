import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { description, id, name, startDockerJobs } from './support.ts';

/** Fields of Docker's body that would open the machine (facts of Docker's API, "Restricted create"). */
const forbidden: Record<string, unknown> = {
  Privileged: true,
  Binds: ['/:/host'],
  Mounts: [{ Type: 'volume', VolumeOptions: { DriverConfig: { Options: { type: 'none', o: 'bind', device: '/' } } } }],
  VolumesFrom: ['ultronex-ultronex-1'],
  Devices: [{ PathOnHost: '/dev/sda' }],
  DeviceRequests: [{ Count: -1 }],
  DeviceCgroupRules: ['a *:* rwm'],
  CapAdd: ['SYS_ADMIN'],
  NetworkMode: 'host',
  PidMode: 'host',
  IpcMode: 'host',
  UTSMode: 'host',
  UsernsMode: 'host',
  CgroupnsMode: 'host',
  SecurityOpt: ['seccomp=unconfined'],
  Runtime: 'runc',
  CgroupParent: '/',
  Sysctls: { 'net.ipv4.ip_forward': '1' },
  Tmpfs: { '/etc': '' },
  Links: ['haproxy'],
  ExtraHosts: ['hooks.example.com:127.0.0.1'],
  PortBindings: { '80/tcp': [{ HostPort: '80' }] },
  PublishAllPorts: true,
  LogConfig: { Type: 'syslog' },
  OomKillDisable: true,
  OomScoreAdj: -1000,
  Ulimits: [{ Name: 'core', Soft: -1, Hard: -1 }],
  StorageOpt: { size: '100G' },
  MaskedPaths: [],
  ReadonlyPaths: [],
  Annotations: { a: 'b' },
  NetworkingConfig: {},
  Volumes: { '/host': {} },
  Healthcheck: { Test: ['CMD', 'x'] },
  Labels: { 'com.docker.compose.project': 'ultronex' },
  User: '0',
  Entrypoint: ['sh'],
  ReadonlyRootfs: false,
  AutoRemove: true,
  HostConfig: { Privileged: true },
};

describe('a description of a job', () => {
  it('becomes a container without rights, whose body is built here', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    assert.deepEqual(await ask('POST', '/jobs', description), { status: 201, json: { id } });
    assert.deepEqual(fake.runs, [`create ${name}`]);
    assert.deepEqual(fake.bodies.get(name), {
      Image: 'debian:13',
      Cmd: ['sh', '-c', 'echo "Hello $NAME!"'],
      Env: ['HOME=/tmp', 'NAME=Daniela'],
      User: '65534:65534',
      Labels: { 'ultronex.job': id, 'ultronex.job.timeout': '600', 'ultronex.watch': 'false' },
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      StopTimeout: 10,
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        Tmpfs: { '/tmp': 'rw,nosuid,nodev,noexec,mode=1777,size=64m' },
        Memory: 268_435_456,
        MemorySwap: 268_435_456,
        NanoCpus: 500_000_000,
        PidsLimit: 128,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Init: true,
        LogConfig: { Type: 'local', Config: { 'max-size': '10m', 'max-file': '2' } },
        RestartPolicy: { Name: 'no' },
        AutoRemove: false,
      },
    });
  });

  it('gets a network only if it says so, the image’s command if it has none, and no writable volume of the image', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    fake.images.set('debian:13', ['/var/lib/data']);
    await ask('POST', '/jobs', { ...description, network: true, command: [] });
    const { Cmd, HostConfig } = fake.bodies.get(name) as { Cmd?: unknown; HostConfig: Record<string, unknown> };
    assert.equal(Cmd, undefined);
    assert.equal(HostConfig.NetworkMode, 'bridge');
    assert.deepEqual(Object.keys(HostConfig.Tmpfs as object), ['/tmp', '/var/lib/data']);
  });

  it('passes shell characters, line breaks and every letter on as they are', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    const hostile = '$(id) `id` "; rm -rf / \n\r\t\\ \u{1F600} \u0001';
    const { status } = await ask('POST', '/jobs', { ...description, command: ['echo', hostile], env: { A: hostile } });
    assert.equal(status, 201);
    const { Cmd, Env } = fake.bodies.get(name) as { Cmd: string[]; Env: string[] };
    assert.deepEqual([Cmd[1], Env[1]], [hostile, `A=${hostile}`]);
  });

  it('may be sent again: the job has its container', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    await ask('POST', '/jobs', description);
    assert.deepEqual(await ask('POST', '/jobs', description), { status: 200, json: { id } });
    assert.equal(fake.containers.length, 1);
  });

  it('may have escapes: they are read once, here', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    const text = JSON.stringify(description).replace('"image"', '"\\u0069mage"').replace('debian', '\\u0064ebian');
    assert.equal((await ask('POST', '/jobs', text)).status, 201);
    assert.equal(fake.bodies.get(name)?.Image, 'debian:13');
  });

  it('may come in chunks', async (t) => {
    const { ask } = await startDockerJobs(t);
    const { status } = await ask('POST', '/jobs', description, { 'transfer-encoding': 'chunked' });
    assert.equal(status, 201);
  });
});

describe('docker-jobs refuses', () => {
  const text = JSON.stringify(description);
  const padding = 'x'.repeat(20_000);
  const wrong: [what: string, body: unknown, said: RegExp, status?: number][] = [
    ...Object.entries(forbidden).map(([field, value]): [string, unknown, RegExp] => [
      `Docker’s field ${field}`,
      { ...description, [field]: value },
      new RegExp(`"${field}" is no field of a job`),
    ]),
    [
      'HostConfig behind 20 kB',
      { ...description, env: { A: padding }, HostConfig: { Binds: ['/:/h'] } },
      /"HostConfig" is no field/,
    ],
    ['a key that is there twice', text.replace('{', '{"image":"debian:13",'), /"image" is there twice/],
    [
      'a key that is there twice with an escape',
      text.replace('{', '{"\\u0069mage":"debian:13",'),
      /"image" is there twice/,
    ],
    ['a variable that is there twice', text.replace('"NAME"', '"NAME":"a","NAME"'), /"NAME" is there twice/],
    ['another case of a key', text.replace('"image"', '"Image"'), /"Image" is no field/],
    ['a second key of another case', text.replace('{', '{"IMAGE":"debian:13",'), /"IMAGE" is no field/],
    ['an escaped key', text.replace('{', '{"\\u0050rivileged":true,'), /"Privileged" is no field/],
    ['the key __proto__', text.replace('{', '{"__proto__":{},'), /"__proto__" is no field/],
    ['a missing field', { ...description, network: undefined }, /network is missing/],
    [
      'an image that is not on its list',
      { ...description, image: 'debian:12' },
      /"debian:12" is not allowed: add it to JOB_IMAGES/,
      403,
    ],
    ['an image without its tag', { ...description, image: 'debian' }, /is not allowed/, 403],
    ['an image of another case', { ...description, image: 'Debian:13' }, /is not allowed/, 403],
    ['a list as image', { ...description, image: ['debian:13'] }, /image is no text/],
    ['an id with a path', { ...description, id: '../../etc' }, /id is no id of a job/],
    ['an id with a line break', { ...description, id: `${id}\n` }, /id is no id of a job/],
    ['a text as command', { ...description, command: 'sh' }, /command is no list of at most 100 texts/],
    ['101 words', { ...description, command: Array(101).fill('a') }, /command is no list of at most 100 texts/],
    ['a number in a command', { ...description, command: [1] }, /command is no text/],
    ['NUL in a command', { ...description, command: ['a\0b'] }, /command has a NUL/],
    ['NUL in a variable', { ...description, env: { A: 'a\0b' } }, /variable A, which has a NUL/],
    ['a variable with =', { ...description, env: { 'A=B': '' } }, /has the variable "A=B"/],
    ['a variable that is an object', { ...description, env: { A: {} } }, /variable A, which is no text/],
    [
      '201 variables',
      { ...description, env: Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`A${n}`, ''])) },
      /201 variables/,
    ],
    ['env as a list', { ...description, env: ['A=B'] }, /env is no object/],
    ['no memory', { ...description, memoryMb: 0 }, /memoryMb is no whole number from 16/],
    ['memory as text', { ...description, memoryMb: '256' }, /memoryMb is no whole number/],
    ['endless processors', text.replace('0.5', '1e999'), /cpus is no number/],
    ['network as text', { ...description, network: 'host' }, /network is neither true nor false/],
    ['a time limit below zero', { ...description, timeoutS: -1 }, /timeoutS is no whole number/],
    ['a list', [description], /the body is no object/],
    ['null', 'null', /the body is no object/],
    ['two objects', text + text, /no JSON/],
    ['half an object', text.slice(0, 40), /no JSON/],
    ['nothing', '', /no JSON/],
    ['a byte order mark', `\uFEFF${text}`, /no JSON/],
    ['deep nesting', text.replace('"sh"', '['.repeat(20_000) + ']'.repeat(20_000)), /nested deeper/],
    ['what is not UTF-8', Buffer.from(text.replace('Daniela', 'Jos\u00e9'), 'latin1'), /not UTF-8/],
    ['more than 64 KiB', { ...description, env: { A: 'x'.repeat(70_000) } }, /larger than 65536 bytes/, 413],
    [
      'more than 64 KiB of letters with more bytes',
      { ...description, env: { A: '\u00e9'.repeat(40_000) } },
      /larger than/,
      413,
    ],
  ];
  for (const [what, body, said, expected = 422] of wrong) {
    it(what, async (t) => {
      const { ask, fake } = await startDockerJobs(t);
      const { status, json } = await ask('POST', '/jobs', body);
      assert.equal(status, expected, JSON.stringify(json));
      assert.match(json.message, said);
      assert.deepEqual([fake.runs, Object.keys(fake.asked)], [[], []], 'Docker is not asked');
    });
  }

  it('more than 64 KiB in chunks', async (t) => {
    const { ask, fake } = await startDockerJobs(t);
    const body = { ...description, env: { A: 'x'.repeat(70_000) } };
    assert.equal((await ask('POST', '/jobs', body, { 'transfer-encoding': 'chunked' })).status, 413);
    assert.deepEqual(fake.runs, []);
  });

  it('other content types and encodings', async (t) => {
    const { ask } = await startDockerJobs(t);
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-encoding': 'gzip' }] as Record<
      string,
      string
    >[]) {
      const { status, json } = await ask('POST', '/jobs', description, headers);
      assert.equal(status, 415, JSON.stringify(json));
    }
  });

  it('an image that is not on this machine, with the remedy', async (t) => {
    const { ask } = await startDockerJobs(t);
    const { status, json } = await ask('POST', '/jobs', { ...description, image: 'gone:1' });
    assert.deepEqual([status, json.code], [409, 'image_missing']);
    assert.match(json.message, /docker pull gone:1/);
  });
});
