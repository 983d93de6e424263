import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import type { Attachment } from '../domain/delivery.ts';
import type { IncomingFile, IncomingMessage } from '../domain/event.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { PatternSearch } from '../ports/patterns.ts';
import type { FileFetcher } from '../ports/source.ts';
import type { ScanJob, Store, Work } from '../ports/store.ts';
import { answer, forwards, type Stamp } from './act.ts';
import type { Detours } from './detours.ts';
import type { LoopGuard } from './loop-guard.ts';
import { findMatches, findMatchesSlowly } from './match.ts';
import { pausesOf } from './pauses.ts';
import { createSlowMatch } from './slow-match.ts';
import type { LiveTracking } from './tracking.ts';

export interface ScannerOptions {
  store: Store;
  files: FileFetcher;
  tracking: LiveTracking;
  /** For what would hold up the event loop. */
  search: PatternSearch;
  detours: Detours;
  loopGuard?: LoopGuard;
  reply(message: IncomingMessage): string | null;
  stamp(): Stamp;
  clock: Clock;
  metrics: Metrics;
  log: Logger;
}

export interface Scanner {
  start(): void;
  stop(): Promise<void>;
}

interface Fetched {
  file: IncomingFile;
  bytes: Uint8Array;
}
type Looked = { fetched: Fetched[]; notes: string[]; retry: string | null };

const pollMs = 500;
const leaseMs = 60_000;
/** After 1, 2, 4, 8 s; then the message is matched by its text alone, with a note. */
const fetchAttempts = 5;
const atOnce = 4;

/** Files Slack calls text, and the formats people paste as files: their bytes are matched as UTF-8. */
const textLike = /^text\/|[/+](json|xml|yaml|x-yaml|javascript|csv|sql|x-sh|x-log|toml)$/;

/** Fetches the files of messages that were accepted as scan work, matches text and files, and forwards. */
export function createScanner(options: ScannerOptions): Scanner {
  const { store, files, tracking, clock, metrics, log } = options;
  const slowMatch = createSlowMatch({
    tracking,
    search: options.search,
    now: clock.now,
    onSkipped: (count) => metrics.patternsSkipped.inc(count),
  });
  let running = false;
  let cancelTimer = () => {};
  let round: Promise<void> = Promise.resolve();

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

  async function scan(job: ScanJob): Promise<void> {
    const { fetched, notes, retry } = await look(job.message);
    if (retry !== null && job.attempts < fetchAttempts) {
      log.warn({ trace: job.message.trace, attempt: job.attempts, reason: retry }, 'file not fetched; trying again');
      return store.retryScan(job.id, clock.now() + 1_000 * 2 ** (job.attempts - 1));
    }
    if (retry !== null) {
      metrics.scans.inc({ result: 'gave_up' });
      notes.push(`A file could not be fetched: ${retry}`);
    }
    const work = await decideScan(job.message, fetched, notes);
    await store.finishScan(job.id, work);
    if (work.changes) tracking.apply(work.changes);
    options.detours.leave(job.message);
  }

  async function look(message: IncomingMessage): Promise<Looked> {
    const looked: Looked = { fetched: [], notes: [], retry: null };
    for (const file of message.files) {
      const got = await files.fetch(message.team, file);
      if (got.kind === 'retry') looked.retry = got.reason;
      else if (got.kind === 'refused') looked.notes.push(`${file.name}: ${got.reason}`);
      else looked.fetched.push({ file, bytes: got.bytes });
      if (got.kind !== 'retry') metrics.scans.inc({ result: got.kind });
    }
    return looked;
  }

  async function decideScan(
    message: IncomingMessage,
    fetched: readonly Fetched[],
    notes: readonly string[],
  ): Promise<Work> {
    const texts = fetched.filter(({ file }) => textLike.test(file.mimetype)).map(({ bytes }) => decode(bytes));
    const quick = findMatches(options, message, texts);
    const { matches, tooSlow } =
      quick === null
        ? await findMatchesSlowly({ slowMatch, loopGuard: options.loopGuard }, message, texts)
        : { matches: quick, tooSlow: [] };
    // Trigger words never answer an app.
    const said = message.fromBot ? null : options.reply(message);
    const stamp = options.stamp();
    const found =
      matches.length > 0 ? fetched.map(({ file, bytes }) => ({ id: stamp.newId(), name: file.name, bytes })) : [];
    const attachments: Attachment[] = found.map(({ id, name }) => ({ blob: id, name }));
    const forwarded = forwards(message, matches, attachments, notes, stamp, tracking.find);
    const replied = said === null ? [] : [answer(message, { text: said }, 'reply', stamp)];
    if (matches.length > 0) metrics.matches.inc();
    const pauses = pausesOf(tooSlow, message.trace, stamp);
    if (tooSlow.length > 0) metrics.patternsPaused.inc(tooSlow.length);
    return {
      deliveries: [...forwarded, ...replied, ...pauses.deliveries],
      ...(pauses.changes.length > 0 && { changes: pauses.changes }),
      blobs: found.map(({ id, bytes }) => ({ id, bytes })),
      counts: {
        total_attachments_downloaded: fetched.length,
        forwarded_msg_count: forwarded.length,
        replied_msg_count: replied.length,
      },
    };
  }

  function next(): void {
    if (!running) return;
    cancelTimer();
    cancelTimer = clock.after(pollMs, run);
  }

  function run(): void {
    round = round
      .then(scanDue)
      .catch((error) => log.error({ err: error }, 'scanning failed; the lease will run out'))
      .then(next);
  }

  return {
    start() {
      running = true;
      store.onWork(() => {
        if (!running) return;
        cancelTimer();
        cancelTimer = clock.after(0, run);
      });
      run();
    },
    async stop() {
      running = false;
      cancelTimer();
      await round;
    },
  };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

/** Jobs by channel, each list in the order in which the messages came. */
function inChannels(jobs: readonly ScanJob[]): ScanJob[][] {
  const channels = new Map<string, ScanJob[]>();
  for (const job of [...jobs].sort((a, b) => a.id - b.id)) {
    const channel = `${job.message.team} ${job.message.channel}`;
    channels.set(channel, [...(channels.get(channel) ?? []), job]);
  }
  return [...channels.values()];
}
