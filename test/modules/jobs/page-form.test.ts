import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readJobFile } from '../../../src/modules/jobs/files/schema.ts';
import { curlLine } from '../../../src/modules/jobs/web/curl.ts';
import { firstSteps, neededArguments } from '../../../src/modules/jobs/web/first-steps.ts';
import {
  argumentsOf,
  bodyOf,
  draftAgain,
  emptyDraft,
  problemsOfRows,
  requestOf,
} from '../../../src/modules/jobs/web/request.ts';
import type { Definition, Job } from '../../../src/modules/jobs/web/types.ts';
import { duration, placeText } from '../../../src/modules/jobs/web/words.ts';

const root = 'https://example.com/ultronex/';
const rule = { type: 'string', default: null, required: false, pattern: null, choices: null, description: '' } as const;
const greet = {
  name: 'greet',
  arguments: { NAME: { ...rule, default: 'World' }, NOTE: rule, API_KEY: { ...rule, required: true } },
} as unknown as Definition;

/** Runs a command line in which `curl` prints its arguments, each with a NUL behind it. */
function argumentsInShell(line: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }; TOKEN=secret; ${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('a shell passes to curl what was filled in, whatever characters it has', () => {
  const values = ["it's", '$HOME `id` $(id)', 'two\nlines', '\\', '"', '!x', "'; rm -rf /; '", '@file', 'Zoë 🎉', '%s'];
  for (const value of values) {
    const given = argumentsInShell(curlLine(root, 'jobs/greet', { NAME: value }));
    assert.deepEqual(given.slice(0, -1), [
      'https://example.com/ultronex/jobs/greet?wait=30s',
      '-H',
      'Authorization: Bearer secret',
      '-H',
      'Content-Type: application/json',
      '-d',
    ]);
    assert.deepEqual(JSON.parse(given.at(-1) ?? ''), { NAME: value });
  }
});

test('a request without arguments is a POST without a body', () => {
  assert.deepEqual(argumentsInShell(curlLine(root, 'jobs/greet', {})).slice(-2), ['-X', 'POST']);
});

test('arguments that have their default, and empty ones without a default, are left out', () => {
  assert.deepEqual(argumentsOf(greet, {}), {});
  assert.deepEqual(argumentsOf(greet, { NAME: 'World', NOTE: '', API_KEY: 'k' }), { API_KEY: 'k' });
  assert.deepEqual(argumentsOf(greet, { NAME: '', NOTE: 'a\nb' }), { NAME: '', NOTE: 'a\nb' });
  assert.deepEqual(requestOf(emptyDraft('greet', 'process'), greet), { path: 'jobs/greet', body: {} });
});

test('a job that is described has the fields of its target, and those of no other', () => {
  const draft = emptyDraft('', 'container');
  draft.fields = { file: 'a.sh', image: ' alpine:3.22 ', command: 'sh\n-c\necho "a b"\n', cpus: '0.5', memory: '' };
  draft.network = true;
  draft.rows.push({ id: 1, name: ' NAME ', value: ' Daniela ' }, { id: 2, name: '', value: '' });
  assert.deepEqual(bodyOf(draft), {
    ...{ target: 'container', image: 'alpine:3.22', command: ['sh', '-c', 'echo "a b"'], cpus: 0.5, network: true },
    env: { NAME: ' Daniela ' },
  });
  Object.assign(draft, { target: 'process', timeout: ' 2h ', rows: [] });
  assert.deepEqual(requestOf(draft, null), {
    ...{ path: 'jobs', body: { target: 'process', file: 'a.sh', timeout: '2h' } },
  });
});

test('a variable without a name, or with the name of another one, is refused at its row', () => {
  const row = (id: number, name: string, value = '') => ({ id, name, value });
  const rows = [row(1, 'A', 'x'), row(2, '', ''), row(3, '', 'y'), row(4, ' A '), row(5, 'B')];
  assert.deepEqual(Object.fromEntries(problemsOfRows(rows)), { 3: 'This value has no name.', 4: 'A stands twice.' });
});

test('a run starts again with its values; those that are not shown stay empty and are named', () => {
  const job = {
    ...{ job: 'greet', target: 'container', image: 'a:1', command: ['sh', '-c', 'x'], network: false, memory: 256 },
    ...{ cpus: 0.5, timeout: 90, arguments: { NAME: 'Tom', API_KEY: '***', URL: 'https://u:[redacted]@h' } },
  } as unknown as Job;
  const { draft, unknown } = draftAgain(job);
  assert.deepEqual(unknown, ['API_KEY', 'URL']);
  assert.deepEqual(argumentsOf(greet, draft.values), { NAME: 'Tom' });
  assert.deepEqual(bodyOf({ ...draft, job: '' }), {
    ...{ target: 'container', image: 'a:1', command: ['sh', '-c', 'x'], memory: '256MB', cpus: 0.5 },
    ...{ env: { NAME: 'Tom', API_KEY: '', URL: '' }, timeout: '90s' },
  });
});

test('the first steps of each target are a valid file, and its script says hello', (t) => {
  for (const target of ['process', 'container', 'heroku'] as const) {
    const steps = firstSteps(target, root);
    const file = steps.find(({ label }) => label.endsWith('.yaml'))?.text ?? '';
    assert.deepEqual(
      readJobFile(file, 'hello.yaml').jobs.map((job) => [job.name, job.target]),
      [['hello', target]],
    );
    assert.match(steps.at(-1)?.text ?? '', /^curl 'https:\/\/example\.com\/ultronex\/jobs\/hello\?wait=30s'/);
  }
  const dir = mkdtempSync(join(tmpdir(), 'ultronex-first-'));
  t.after(() => rmSync(dir, { recursive: true }));
  execFileSync('sh', ['-c', firstSteps('process', root)[0]?.text ?? ''], { cwd: dir });
  const said = execFileSync(join(dir, 'hello.sh'), { env: { NAME: 'Daniela' }, encoding: 'utf8' });
  assert.equal(said, 'Hello Daniela!\n', readFileSync(join(dir, 'hello.sh'), 'utf8'));
});

test('the example call has a value for each argument that has to be given', () => {
  const rules = {
    ...{ A: { ...rule, required: true }, B: { ...rule, required: true, choices: ['en', 'de'] }, C: rule },
    D: { ...rule, type: 'integer', required: true },
  } as unknown as Definition['arguments'];
  assert.deepEqual(neededArguments(rules), { A: '…', B: 'en', D: '1' });
});

test('lengths of time and places are written for people', () => {
  assert.deepEqual([0.012, 0, 1.46, 12.9, 65, 600, 11_400].map(duration), [
    ...['12 ms', '0 ms', '1.4 s', '12 s', '1 min 5 s', '10 min', '3 h 10 min'],
  ]);
  assert.equal(placeText({ target: 'heroku', app: 'example', command: 'serverless' }), 'heroku example: serverless');
  assert.equal(placeText({ target: 'process', file: 'greet.sh' }), 'process greet.sh');
});
