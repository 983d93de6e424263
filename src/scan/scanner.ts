import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import { createPoll } from '../lib/poll.ts';
import { type DecideOptions, type Detours, decideMatch } from '../pipeline/index.ts';
import type { PatternSearch } from '../ports/patterns.ts';
import type { FileFetcher } from '../ports/source.ts';
import type { ScanJob, ScanStore } from '../ports/store.ts';
import { lookAtFiles } from './look.ts';
import { createSlowMatch } from './slow-match.ts';

export interface ScannerOptions extends DecideOptions {
  store: ScanStore;
  files: FileFetcher;
  /** Matches texts that would block the event loop. */
  search: PatternSearch;
  detours: Detours;
  clock: Clock;
  log: Logger;
}

export interface Scanner {
  start(): void;
  stop(): Promise<void>;
}

const pollMs = 500;
const leaseMs = 60_000;
/** Attempts to fetch, 1, 2, 4 and 8 s apart. Then the message is matched without the file, with a note. */
const fetchAttempts = 5;
const atOnce = 4;

/** Returns the scanner: it claims scan jobs, fetches the files of their messages, matches text and files, accepts forwards. */
export function createScanner(options: ScannerOptions): Scanner {
  const { store, files, tracking, clock, metrics, log } = options;
  const slowMatch = createSlowMatch({
    tracking,
    search: options.search,
    now: clock.now,
    onSkipped: (count) => metrics.patternsSkipped.inc(count),
  });
  let running = false;

  async function scanDue(): Promise<void> {
    for (;;) {
      const jobs = await store.claimScans(clock.now(), leaseMs, atOnce);
      await Promise.all(inChannels(jobs).map(scanInTurn));
      if (jobs.length < atOnce || !running) return;
    }
  }

  /** Messages of one channel keep their order. */
  async function scanInTurn(jobs: readonly ScanJob[]): Promise<void> {
    for (const job of jobs) await scan(job);
  }

  async function scan({ id, message, attempts }: ScanJob): Promise<void> {
    const { retry, fetched, ...looked } = await lookAtFiles(message, files, (result) => metrics.scans.inc({ result }));
    if (retry !== null && attempts < fetchAttempts) {
      log.warn({ trace: message.trace, attempt: attempts, reason: retry }, 'file not fetched; trying again');
      return store.retryScan(id, clock.now() + 1_000 * 2 ** (attempts - 1));
    }
    if (retry !== null) metrics.scans.inc({ result: 'gave_up' });
    const { unit, takeBack } = await decideMatch(message, options, { looked, slowMatch });
    const counts = { team: message.team, by: { ...unit.counts?.by, total_attachments_downloaded: fetched } };
    await store.finishScan(id, { ...unit, counts }).catch((error) => {
      takeBack();
      throw error;
    });
    options.detours.leave(message);
  }

  const poll = createPoll({
    timer: clock,
    everyMs: pollMs,
    run: scanDue,
    onError: (error) => log.error({ err: error }, 'scanning failed; the lease will run out'),
  });

  return {
    start() {
      store.onScan(poll.wake);
      running = true;
      poll.start();
    },
    async stop() {
      running = false;
      await poll.stop();
    },
  };
}

/** Groups jobs by channel, each list in the order of the messages. */
function inChannels(jobs: readonly ScanJob[]): ScanJob[][] {
  const channels = new Map<string, ScanJob[]>();
  for (const job of [...jobs].sort((a, b) => a.id - b.id)) {
    const channel = `${job.message.team} ${job.message.channel}`;
    channels.set(channel, [...(channels.get(channel) ?? []), job]);
  }
  return [...channels.values()];
}
