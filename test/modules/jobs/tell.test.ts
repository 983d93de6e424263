import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Job } from '../../../src/domain/job.ts';
import { createTell } from '../../../src/modules/jobs/tell.ts';
import type { Signal } from '../../../src/ports/signals.ts';
import { job } from '../../support/jobs.ts';
import { definition } from './definition.ts';

const ended = (more: Partial<Job> = {}): Job =>
  job({ state: 'failed', exitCode: 3, startedAt: 1_000, endedAt: 61_000, told: false, ...more });

function setUp(notify: string | null = '#ops', newest: Job | null = null) {
  const signals: Signal[] = [];
  const lines = ['start', 'password=hunter2', 'boom'].map((text, at) => ({ number: at + 1, at: 0, text }));
  const tell = createTell({
    store: {
      lastEndedJob: async () => newest,
      output: async (_id, after) => ({ lines: lines.filter(({ number }) => number > after), cut: null, last: 3 }),
    },
    signals: {
      async signal(signal) {
        signals.push(signal);
        return { msg: '', id: null };
      },
    },
    definitionOf: (name) => (name === 'greet' ? definition({ notify, mention: '@oncall' }) : null),
    now: () => 61_000,
  });
  return { signals, tell };
}

describe('the end of a job', () => {
  it('that failed is an incident in the channel of its definition, with the last lines without secrets', async () => {
    const { signals, tell } = setUp();
    await tell(ended({ reason: 'It needed more than 256 MiB of memory.', attempt: 2 }));
    const [signal] = signals;
    assert.deepEqual(
      [signal?.key, signal?.status, signal?.title, signal?.channel, signal?.severity, signal?.notify],
      ['job:greet', 'firing', 'Job greet failed', '#ops', 'error', '@oncall'],
    );
    assert.match(
      signal?.text ?? '',
      /256 MiB of memory\. Its exit code was 3\. It was tried 2 times\.\nRun `.*` after 1m\./,
    );
    assert.match(signal?.thread ?? '', /boom/);
    assert.doesNotMatch(signal?.thread ?? '', /hunter2/);
  });

  it('that succeeded ends the incident; a stopped one changes nothing', async () => {
    const { signals, tell } = setUp();
    await tell(ended({ state: 'cancelled' }));
    assert.deepEqual(signals, []);
    await tell(ended({ state: 'succeeded', exitCode: 0 }));
    assert.deepEqual(
      signals.map(({ key, status }) => [key, status]),
      [['job:greet', 'resolved']],
    );
  });

  it('is told to nobody without `notify`, but for a lost run', async () => {
    const { signals, tell } = setUp(null);
    await tell(ended());
    await tell(ended({ name: null }));
    assert.deepEqual(signals, []);
    await tell(ended({ state: 'lost', exitCode: null }));
    assert.deepEqual(
      signals.map(({ title, channel }) => [title, channel]),
      [['Job greet is lost', null]],
    );
  });

  it('that succeeded ends the incident of a lost run, also without `notify`', async () => {
    const { signals, tell } = setUp(null);
    await tell(ended({ state: 'succeeded', exitCode: 0 }));
    assert.deepEqual(
      signals.map(({ key, status, channel }) => [key, status, channel]),
      [['job:greet', 'resolved', null]],
    );
  });

  it('is not told when a newer run has ended since', async () => {
    const { signals, tell } = setUp('#ops', ended({ id: 'newer', state: 'succeeded', endedAt: 99_000 }));
    await tell(ended());
    assert.deepEqual(signals, []);
  });
});
