import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startJobs } from './http-support.ts';

const api = await startJobs({ after });
const { jobs, call } = api;
const greet = async (body: unknown = { NAME: 'Daniela' }) => (await call('ada', 'POST', '/jobs/greet', body)).body.id;
const unknownId = '5f0c1d2e-0000-4000-8000-000000000000';

test('a job that a request describes is accepted with 202, its id and its address', async () => {
  const body = { target: 'heroku', app: 'example', command: 'serverless', env: { NAME: 'Daniela' }, timeout: '10m' };
  const { status, body: started, headers } = await call('ada', 'POST', '/jobs', body);
  assert.equal(status, 202);
  assert.deepEqual(started, { id: started.id, name: null, state: 'queued' });
  assert.equal(headers.get('location'), `/ultronex/jobs/${started.id}`);
  const { request, by } = jobs.asked.at(-1) ?? {};
  assert.deepEqual(request, {
    name: null,
    place: { target: 'heroku', app: 'example', command: 'serverless', size: null },
    arguments: { NAME: 'Daniela' },
    timeoutMs: 600_000,
  });
  assert.deepEqual(by?.actor, { kind: 'user', name: 'ada' });
  assert.deepEqual([by?.role, by?.grants], ['operator', null]);
});

test('a container and a process have the fields of their target, with defaults', async () => {
  await call('ada', 'POST', '/jobs', { target: 'container', image: 'task:1', command: ['echo', '$HOME; ls'] });
  assert.deepEqual(jobs.asked.at(-1)?.request, {
    name: null,
    place: {
      target: 'container',
      image: 'task:1',
      command: ['echo', '$HOME; ls'],
      network: false,
      memoryMb: 256,
      cpus: 0.5,
    },
    arguments: {},
    timeoutMs: 600_000,
  });
  await call('ada', 'POST', '/jobs', { target: 'process', file: 'hello', timeout: '1h30m' });
  assert.deepEqual(jobs.asked.at(-1)?.request, {
    ...{ name: null, place: { target: 'process', file: 'hello' }, arguments: {}, timeoutMs: 5_400_000 },
  });
});

test('memory is a size as in the files, or a number of MiB', async () => {
  for (const [memory, wanted] of [
    ['512MB', 512],
    ['512 MiB', 512],
    ['2GB', 2_048],
    [64, 64],
  ] as const) {
    const { status } = await call('ada', 'POST', '/jobs', { target: 'container', image: 'task:1', memory });
    assert.equal(status, 202);
    const { place } = jobs.asked.at(-1)?.request ?? {};
    assert.equal(place?.target === 'container' && place.memoryMb, wanted);
  }
});

test('a wrong body is refused with the field, the reason and the remedy, and nothing starts', async () => {
  const before = jobs.asked.length;
  const wrong: [body: unknown, field: string, reason: RegExp][] = [
    [{}, 'target', /target is required/],
    [{ target: 'lambda' }, 'target', /must be one of heroku, container, process/],
    [{ target: 'process' }, 'file', /file is required for the target process/],
    [
      { target: 'process', file: 'x', command: 'y' },
      'command',
      /not a field of a job on the target process; its fields are target, env, timeout, file/,
    ],
    [{ target: 'process', fil: 'x' }, 'fil', /did you mean file/],
    [{ target: 'heroku', app: 'x' }, 'command', /must be a text/],
    [{ target: 'heroku', app: 'x', command: ['y'] }, 'command', /must be a text/],
    [{ target: 'heroku', command: 'y' }, 'app', /app is required/],
    [{ target: 'heroku', app: 'x', command: 'a\0b' }, 'command', /NUL/],
    [{ target: 'container', image: 'x', command: 'echo hi' }, 'command', /list of words/],
    [{ target: 'container', image: 'x', memory: 1 }, 'memory', /memory is "1"; write a size from 16MB to 64GB/],
    [{ target: 'container', image: 'x', memory: '1 TB' }, 'memory', /memory is "1 TB"; write a size/],
    [{ target: 'container', image: 'x', Binds: ['/:/host'] }, 'Binds', /not a known field/],
    [
      { target: 'process', file: 'x', timeout: '600' },
      'timeout',
      /"600" is no length of time from 1s to 24h with a unit/,
    ],
    [{ target: 'process', file: 'x', timeout: '25h' }, 'timeout', /24h/],
    [{ target: 'process', file: 'x', timeout: 600 }, 'timeout', /string/],
    [{ target: 'process', file: 'x', env: ['A=1'] }, 'env', /object/],
    [[], 'body', /object/],
    ['{"target":"process","file":"x","file":"y"}', 'body', /twice/],
    ['target=process', 'body', /not JSON/],
  ];
  for (const [body, field, reason] of wrong) {
    const { status, body: said } = await call('ada', 'POST', '/jobs', body);
    assert.equal(status, 422, JSON.stringify(body));
    assert.equal(said.field, field, JSON.stringify(said));
    assert.match(said.reason, reason);
  }
  assert.equal(jobs.asked.length, before);
});

test('arguments of a named job are JSON, a form, or nothing', async () => {
  const given: [body: unknown, wanted: unknown][] = [
    [
      { NAME: 'Daniela', COUNT: 3, DRY: true },
      { NAME: 'Daniela', COUNT: 3, DRY: true },
    ],
    ['{"NAME":"Daniela"}', { NAME: 'Daniela' }],
    ['NAME=Daniela', { NAME: 'Daniela' }],
    ['NAME=Tom+%26+J%C3%BCrgen&A=', { NAME: 'Tom & Jürgen', A: '' }],
    ['NAME=$(reboot); `ls` | x=y', { NAME: '$(reboot); `ls` | x=y' }],
    ['NAME=a%0Ab', { NAME: 'a\nb' }],
    [undefined, {}],
    ['', {}],
  ];
  for (const [body, wanted] of given) {
    const { status, body: said } = await call('ada', 'POST', '/jobs/greet', body);
    assert.equal(status, 202, JSON.stringify(said));
    assert.deepEqual(jobs.asked.at(-1)?.request, { name: 'greet', arguments: wanted });
  }
});

test('a form that is not NAME=value, and arguments in the address are refused', async () => {
  const before = jobs.asked.length;
  const wrong: [path: string, body: unknown, field: string, reason: RegExp][] = [
    [
      '/jobs/greet',
      'NAME=Tom & Jerry',
      'body',
      /" Jerry", which is not NAME=value; encode the values: curl --data-urlencode/,
    ],
    ['/jobs/greet', 'Daniela', 'body', /not NAME=value/],
    ['/jobs/greet', 'NAME=50%', 'NAME', /--data-urlencode/],
    ['/jobs/greet', 'NAME=a&NAME=b', 'NAME', /twice/],
    ['/jobs/greet', ['NAME'], 'body', /object/],
    ['/jobs/greet', '"NAME"', 'body', /object/],
    ['/jobs/greet?NAME=Daniela', undefined, 'NAME', /send it in the body: curl -d 'NAME=…'/],
    [
      '/jobs/greet?wait=30',
      undefined,
      'wait',
      /"30" is no length of time from 1s to 60s with a unit; write for example wait=30s/,
    ],
    ['/jobs/greet?wait=61s', undefined, 'wait', /60s/],
    ['/jobs/greet?wait=', undefined, 'wait', /wait/],
  ];
  for (const [path, body, field, reason] of wrong) {
    const { status, body: said } = await call('ada', 'POST', path, body);
    assert.equal(status, 422, `${path} ${JSON.stringify(body)}`);
    assert.equal(said.field, field, JSON.stringify(said));
    assert.match(said.reason, reason);
  }
  assert.equal(jobs.asked.length, before);
});

test('the view has no secrets, and times and sizes in the units of the API', async () => {
  const id = await greet({
    NAME: 'Daniela',
    API_KEY: 'k',
    dbPassword: 'p',
    GITHUB_TOKEN: 't',
    KEYBOARD: 'm',
    URL: 'redis://:pw@h/0 http://u:p@x',
  });
  jobs.write(id, 'one', 'two');
  jobs.end(id, { state: 'failed', exitCode: 3, handle: '4711', result: '{"n":[1]}', reason: 'It ended with 3.' });
  const { status, body } = await call('bo', 'GET', `/jobs/${id}`);
  assert.equal(status, 200);
  assert.deepEqual(body.arguments, {
    ...{ NAME: 'Daniela', API_KEY: '***', dbPassword: '***', GITHUB_TOKEN: '***', KEYBOARD: 'm' },
    URL: 'redis://:[redacted]@h/0 http://u:[redacted]@x',
  });
  const { createdAt, startedAt, endedAt, arguments: _, ...rest } = body;
  assert.deepEqual(rest, {
    ...{ id, job: 'greet', target: 'process', file: 'greet', name: 'pid 4711', state: 'failed', exitCode: 3 },
    ...{ reason: 'It ended with 3.', result: { n: [1] }, secrets: [], attempt: 1, attempts: 1 },
    ...{
      by: { kind: 'user', name: 'ada' },
      stopAsked: null,
      plannedAt: null,
      durationSeconds: 1.5,
      timeout: 600,
      lines: 2,
    },
  });
  for (const time of [createdAt, startedAt, endedAt]) assert.match(time, /^\d{4}-.*Z$/);
});

test('the list is filtered by state and job, and has pages', async () => {
  const open = await greet();
  const ended = await greet();
  jobs.end(ended, { state: 'lost', exitCode: null });
  const idsOf = async (query: string) =>
    (await call('bo', 'GET', `/jobs?${query}`)).body.jobs.map(({ id }: { id: string }) => id);
  assert.ok((await idsOf('state=unfinished')).includes(open));
  assert.ok(!(await idsOf('state=unfinished')).includes(ended));
  assert.deepEqual(await idsOf('state=lost'), [ended]);
  assert.deepEqual(await idsOf('job=wipe'), []);
  const { body } = await call('bo', 'GET', '/jobs?limit=1');
  assert.deepEqual([body.jobs.length, body.jobs[0].id], [1, ended]);
  assert.deepEqual(await idsOf(`limit=1&cursor=${body.next}`), [open]);
  assert.equal((await call('bo', 'GET', '/jobs?state=gone')).status, 422);
});

test('a browser gets the page at the addresses of the list and of a job, and a script gets JSON', async () => {
  for (const path of ['/jobs', `/jobs/${await greet()}`]) {
    const page = await call('bo', 'GET', path, undefined, { accept: 'text/html,*/*' });
    assert.match(page.headers.get('content-type') ?? '', /text\/html/);
    const json = await call('bo', 'GET', path);
    assert.match(json.headers.get('content-type') ?? '', /json/);
    assert.equal(json.headers.get('vary'), 'accept');
  }
});

test('the definitions say what may run, with which arguments and by whom', async () => {
  const { body } = await call('bo', 'GET', '/jobs/definitions');
  assert.deepEqual(body.targets, ['process']);
  assert.deepEqual(body.definitions[0], {
    ...{ name: 'greet', summary: 'does greet', target: 'process', file: 'greet', secrets: [], schedule: null },
    arguments: {
      NAME: {
        ...{
          type: 'string',
          default: 'World',
          required: false,
          pattern: '[a-zA-Z ]+',
          choices: null,
          description: 'who',
        },
      },
    },
    ...{ nextAt: null, who: 'operator', timeout: 600, concurrency: 1, attempts: 1, mayRun: false },
  });
});

test('a job is stopped with 202, and refused with 409 after its end', async () => {
  const id = await greet();
  const { status, body } = await call('ada', 'DELETE', `/jobs/${id}`);
  assert.deepEqual([status, body.stopAsked.by], [202, 'ada']);
  jobs.end(id, { state: 'cancelled' });
  assert.equal((await call('ada', 'DELETE', `/jobs/${id}`)).status, 409);
  assert.equal((await call('ada', 'DELETE', `/jobs/${unknownId}`)).status, 404);
  assert.equal((await call('ada', 'GET', '/jobs/not-an-id')).status, 404);
});

test('a repeated Idempotency-Key starts nothing, and another body with it is a conflict', async () => {
  const key = { 'idempotency-key': 'once' };
  const first = await call('ada', 'POST', '/jobs/greet', { NAME: 'A' }, key);
  const again = await call('ada', 'POST', '/jobs/greet', { NAME: 'A' }, key);
  assert.deepEqual([again.status, again.body.id], [202, first.body.id]);
  assert.equal((await call('ada', 'POST', '/jobs/greet', { NAME: 'B' }, key)).status, 422);
  assert.equal((await call('cy', 'POST', '/jobs/wipe', { NAME: 'A' }, key)).status, 422, 'another job');
  const { detail, action, target } = api.audit.filter(({ outcome }) => outcome === 'done').at(-1) ?? {};
  assert.deepEqual([action, target], ['job start', 'greet']);
  assert.match(detail ?? '', /repeated with its Idempotency-Key; nothing was started/);
});

test('starts and stops are in the audit log without secrets', async () => {
  const id = await greet({ NAME: 'Daniela', API_KEY: 'hush' });
  await call('ada', 'DELETE', `/jobs/${id}`);
  const [start, stop] = api.audit.slice(-2);
  assert.deepEqual(
    [start?.action, start?.target, start?.actor.name, start?.detail],
    ['job start', 'greet', 'ada', `${id} NAME=Daniela API_KEY=***`],
  );
  assert.deepEqual([stop?.action, stop?.target, stop?.detail], ['job stop', 'greet', id]);
});
