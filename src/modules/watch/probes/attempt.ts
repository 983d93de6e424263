import { setMaxListeners } from 'node:events';
import type { DockerReader } from '../../../docker/index.ts';
import type { Clock } from '../../../domain/clock.ts';
import { errorCode } from '../../../lib/error-code.ts';
import { shortened } from '../../../lib/shortened.ts';
import type { Check, Probe } from '../../../watch-files/index.ts';
import type { Attempt, Failure, Result } from '../result.ts';
import { probeDns } from './dns.ts';
import { probeDocker } from './docker.ts';
import { probeHttp } from './http.ts';
import { createLookup, type LookupOptions } from './lookup.ts';
import { createLoopWatch } from './loop-watch.ts';
import { Failed, lengthOf, type Run } from './run.ts';
import { probeTcp } from './tcp.ts';
import { probeTls } from './tls.ts';

export interface AttemptParts extends LookupOptions {
  /** Null: DOCKER_READ_URL is empty. */
  docker: DockerReader | null;
  clock: Clock;
  /** PEM of the authorities that are trusted; absent: Node's. */
  ca?: string | undefined;
}

/** A result is not used when the event loop was late by more than this, or by half of the check's time limit. */
const latestMs = 1_000;
const longestNote = 200;

/** Returns the function that makes one attempt at a check, and another one when this program itself was at fault. */
export function createAttempt({ docker, clock, ca, ...options }: AttemptParts): Attempt {
  const network = { resolve: createLookup(options), nameServers: options.nameServers, ca };
  const loop = createLoopWatch(clock);

  function probe(given: Probe, run: Run): Promise<string> {
    if (given.kind === 'http') return probeHttp(given, network, run);
    if (given.kind === 'tcp') return probeTcp(given, network, run);
    if (given.kind === 'tls') return probeTls(given, network, run);
    if (given.kind === 'dns') return probeDns(given, network, run);
    return probeDocker(given, docker, run);
  }

  async function once({ probe: given, withinMs }: Check, stopped: AbortSignal): Promise<Result> {
    const { run, end } = startRun(clock, withinMs, stopped);
    const at = clock.now();
    const began = clock.monotonic();
    const lateness = loop.begin();
    let found: { note: string } | { failure: Failure };
    let ownFault = false;
    try {
      found = { note: await run.until(probe(given, run)) };
    } catch (error) {
      ownFault = !(error instanceof Failed);
      found = { failure: error instanceof Failed ? error.failure : unexpected(error) };
    }
    const tookMs = Math.round((clock.monotonic() - began) * 10) / 10;
    ownFault ||= lateness() > Math.min(latestMs, withinMs / 2);
    end();
    const isTimed = given.kind !== 'tls' && given.kind !== 'docker';
    const ms = run.wasReached() ? tookMs : null;
    if ('failure' in found) return { at, ms, failure: found.failure, note: '', ownFault };
    return {
      at,
      ms,
      failure: null,
      note: shortened(isTimed ? `${found.note} in ${lengthOf(tookMs)}` : found.note, longestNote),
      ownFault,
    };
  }

  return async (check, stopped) => {
    const first = await once(check, stopped);
    return first.ownFault && !stopped.aborted ? once(check, stopped) : first;
  };
}

function unexpected(error: unknown): Failure {
  const why = errorCode(error) || (error instanceof Error ? error.name : 'unknown error');
  return { phase: 'connect', text: `Ultronex could not make the attempt (${why}).`, severity: 'warning' };
}

/** Starts an attempt's time limit. `end` closes whatever it has opened. */
function startRun(
  clock: Clock,
  withinMs: number,
  stopped: AbortSignal,
): { run: Run & { wasReached(): boolean }; end(): void } {
  const limit = lengthOf(withinMs);
  const ends: (() => void)[] = [];
  let timeOut = new Failed('timeout', `No answer within ${limit}.`);
  let isOver = false;
  let wasReached = false;
  let fail: (failed: Failed) => void = () => {};
  const over = new Promise<never>((_, reject) => {
    fail = reject;
  });
  over.catch(() => {});
  // An answer that is there already counts: the loop looks at timers before sockets.
  const cancel = clock.after(withinMs, () => setImmediate(() => fail(timeOut)));
  const stop = () => fail(new Failed('timeout', 'The attempt was stopped.'));
  if (stopped.aborted) stop();
  // One signal stops every attempt: Node would warn of more than ten listeners.
  setMaxListeners(0, stopped);
  stopped.addEventListener('abort', stop, { once: true });
  return {
    run: {
      ...{ clock, withinMs, limit },
      waits(phase, text) {
        timeOut = new Failed(phase, text);
      },
      reached() {
        wasReached = true;
      },
      wasReached: () => wasReached,
      isOver: () => isOver,
      until: (work) => Promise.race([over, work]),
      onEnd(run) {
        if (isOver) run();
        else ends.push(run);
      },
    },
    end() {
      isOver = true;
      cancel();
      stopped.removeEventListener('abort', stop);
      for (const run of ends) run();
    },
  };
}
