// Run by fuzz.sh. Schemathesis (https://schemathesis.readthedocs.io) makes requests, right and wrong ones, out of
// /ultronex/openapi.json; the program must take them all, answer what it documents, and stay.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [, , schemathesis] = process.argv;
const root = join(import.meta.dirname, '..');
const long = process.env.FUZZ === 'long';
const seed = process.env.FUZZ_SEED ?? '1';
const user = 'ultronex';
const password = 'fuzz-password';
// It takes one minute, the long form ten; the rest is for a machine that is busy with something else too.
const limitMs = long ? 2_400_000 : 600_000;

/**
 * Not among them: positive_data_acceptance (a used Idempotency-Key, a cursor of another list and a pattern that RE2
 * refuses fit the schema and are 422 all the same), negative_data_rejection (query parameters that nobody knows are
 * left alone on purpose), use_after_free and ensure_resource_availability (what was withdrawn stays in the ledger).
 */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
  'ignored_auth',
  'unsupported_method',
  'allow_header_conformance',
];

/** The built program with the simulator, a free port and a folder of its own. */
async function startProgram(dataDir) {
  const program = join(root, 'dist/main.js');
  if (!existsSync(program)) throw new Error(`${program} is not there: npm run build`);
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, BASIC_AUTH_PASSWORD: password },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  const url = await new Promise((resolve, reject) => {
    child.stderr.on('data', () => {
      const found = /Ultronex is at (\S+)\/ultronex\//.exec(output.stderr)?.[1];
      if (found) resolve(found);
    });
    exited.then((code) => reject(new Error(`the program ended with ${code}: ${output.stderr}`)));
  });
  return { url, child, exited, output };
}

/** What Schemathesis found, one line each, and how many requests it made. */
async function fuzz(url, folder) {
  const report = join(folder, 'report.json');
  const args = [
    ...['run', `${url}/ultronex/openapi.json`, '--auth', `${user}:${password}`, '--checks', checks.join(',')],
    // It never ends.
    ...['--exclude-path', '/ultronex/events'],
    ...['--seed', seed, '--generation-database', 'none', '--workers', '1', '--max-examples', long ? '2000' : '100'],
    ...['--request-timeout', '10', '--warnings', 'off', '--no-color', '--report', 'json', '--report-json-path', report],
  ];
  const child = spawn(schemathesis, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  // The requests that failed are in it, some of them 60 KiB long.
  // With wrong logins on every route the program refuses logins of this address for a while, which is no wrong answer.
  let lockedOut = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/got `429 Too Many Requests`.*invalid credentials/.test(line)) lockedOut += 1;
    console.log(line.slice(0, 400));
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  clearTimeout(timer);
  if (code === 'SIGKILL') return { made: 0, found: [`Schemathesis took more than ${limitMs / 1_000} s`] };
  if (!existsSync(report)) return { made: 0, found: [`Schemathesis ended with ${code} and without a report`] };
  const { test_cases: cases, failures, errors, operations } = JSON.parse(readFileSync(report, 'utf8'));
  const wrong = failures.filter(
    ({ title, count }) => title !== 'Unexpected response to invalid authentication' || count > lockedOut,
  );
  const found = [
    ...wrong.map(({ title, count, operations: where }) => `${title}: ${count} times, ${JSON.stringify(where)}`),
    ...errors.map((error) => `error: ${JSON.stringify(error).slice(0, 500)}`),
  ];
  if (operations.tested < operations.selected) found.push(`${operations.selected - operations.tested} routes untested`);
  if (code !== 0 && failures.length === 0 && found.length === 0) found.push(`Schemathesis ended with ${code}`);
  return { made: cases.generated, found };
}

/** What must hold once it was all over. */
async function aftermath({ url, child, exited, output }) {
  const found = [];
  if (child.exitCode !== null || child.signalCode !== null) found.push(`the program ended: ${output.stderr}`);
  else {
    const heartbeat = await fetch(`${url}/ultronex/heartbeat`).then(({ status }) => status, String);
    if (heartbeat !== 200) found.push(`heartbeat after it: ${heartbeat}`);
    child.kill('SIGTERM');
    const code = await exited;
    if (code !== 0) found.push(`SIGTERM ended it with ${code}`);
  }
  for (const line of output.stdout.split('\n').filter((each) => /request failed|"level":[56]0/.test(each))) {
    found.push(`log: ${line.slice(0, 1_000)}`);
  }
  if (/unhandled|uncaught/i.test(output.stderr)) found.push(`stderr: ${output.stderr}`);
  return found;
}

if (schemathesis === undefined) throw new Error('run it by: bash scripts/fuzz.sh');
const folder = mkdtempSync(join(tmpdir(), 'ultronex-fuzz-'));
let program;
try {
  program = await startProgram(join(folder, 'data'));
  const { made, found } = await fuzz(program.url, folder);
  found.push(...(await aftermath(program)));
  for (const each of found) console.log(`fuzz: ${each}`);
  console.log(`fuzz: ${Math.max(0, made - found.length)} passed, ${found.length} failed`);
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  program?.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
