import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { eventually, type Program, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const kills = 20;
const writers = 4;
const lines = 20;

/** Appends its number to a file when it begins and when it ends, writes lines for up to 2 s, and ends with a code of its own. */
const script = `#!/bin/sh
echo "begin $NUMBER" >>"$RECORD"
i=0
while [ $i -lt ${lines} ]; do
  i=$((i + 1))
  echo "line $i of $NUMBER"
  [ $((i % 5)) = 0 ] && sleep "$PAUSE"
done
echo "end $NUMBER" >>"$RECORD"
exit $((NUMBER % 3))
`;

/**
 * What was answered 202 runs exactly once and ends in a state, whatever is killed when. Runs go on while no program is there; the
 * next one finds them.
 */
test('kill -9 under load, twenty times: each job runs once, none is lost, and no line of output', {
  timeout: 240_000,
}, async (t) => {
  const dataDir = tempDir(t);
  const bin = join(tempDir(t), 'bin');
  const record = join(tempDir(t), 'record');
  mkdirSync(bin);
  writeFileSync(join(bin, 'work'), script, { mode: 0o755 });
  writeFileSync(record, '');
  const env = { JOBS_BIN: bin, JOBS_AT_ONCE: '30' };
  const accepted = new Map<string, number>();
  let next = 0;
  let program: Program | null = null;
  let done = false;

  async function write(): Promise<void> {
    while (!done) {
      const running = program;
      if (running !== null) {
        next += 1;
        const number = next;
        const pause = ['0', '0', '0.05', '0.5'][number % 4] ?? '0';
        const variables = { NUMBER: String(number), RECORD: record, PAUSE: pause };
        try {
          const request = { target: 'process', file: 'work', env: variables };
          const { status, body } = await running.api('POST', '/ultronex/jobs', request);
          assert.equal(status, 202, JSON.stringify(body));
          accepted.set(body.id, number);
        } catch (error) {
          // The connection broke before an answer: nothing was promised.
          if (error instanceof assert.AssertionError) throw error;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const writing = Array.from({ length: writers }, write);
  for (let kill = 0; kill < kills; kill += 1) {
    program = await startProgram(t, { dataDir, env });
    await new Promise((resolve) => setTimeout(resolve, 100 + ((kill * 97) % 400)));
    const running = program;
    program = null;
    await running.kill('SIGKILL');
    endLeases(dataDir);
  }
  done = true;
  await Promise.all(writing);

  const last = await startProgram(t, { dataDir, env });
  await eventually(
    'every job has ended',
    async () => {
      const { body } = await last.api('GET', '/ultronex/jobs?state=unfinished&limit=1');
      return body.jobs.length === 0;
    },
    60_000,
  );

  const jobs = await all(last);
  const written = readFileSync(record, 'utf8').trim().split('\n');
  const lost = jobs.filter(({ state }) => state === 'lost');
  t.diagnostic(`${kills} kills, ${accepted.size} accepted, ${jobs.length} jobs, ${lost.length} lost`);
  assert.deepEqual(lost, []);
  assert.ok(accepted.size > kills, 'there was load');
  const known = new Set(jobs.map(({ id }) => id));
  assert.deepEqual(
    [...accepted.keys()].filter((id) => !known.has(id)),
    [],
    'accepted, but not known',
  );

  const numbers = jobs.map((job) => job.arguments.NUMBER);
  for (const mark of ['begin', 'end']) {
    const marked = written.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length + 1));
    assert.deepEqual(marked.sort(), [...numbers].sort(), `each job has one "${mark}"`);
  }
  for (const {
    id,
    state,
    exitCode,
    reason,
    arguments: { NUMBER },
  } of jobs) {
    const code = Number(NUMBER) % 3;
    assert.deepEqual(
      { id, state, exitCode, reason },
      { id, state: code === 0 ? 'succeeded' : 'failed', exitCode: code, reason: null },
    );
    const { body } = await last.api('GET', `/ultronex/jobs/${id}/logs`);
    const whole = Array.from({ length: lines }, (_, index) => `line ${index + 1} of ${NUMBER}`);
    assert.deepEqual(String(body).trim().split('\n'), whole, 'each line of output is there once');
  }
  await eventually('no folder is left', () => readdirSync(join(dataDir, 'jobs')).length === 0);
});

/** A killed program's lease ends after 30 s, in which no other program starts a job. Here the time is over at once. */
function endLeases(dataDir: string): void {
  const db = openDatabase(join(dataDir, 'ultronex.db'));
  db.prepare('DELETE FROM leases').run();
  db.close();
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
async function all(program: Program): Promise<any[]> {
  const jobs = [];
  for (let cursor = ''; ; ) {
    const { body } = await program.api('GET', `/ultronex/jobs?limit=100${cursor && `&cursor=${cursor}`}`);
    jobs.push(...body.jobs);
    if (body.next === null) return jobs;
    cursor = body.next;
  }
}
