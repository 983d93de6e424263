import { createPoll } from '../lib/poll.ts';
import type { PatternSet, PatternTools } from '../ports/patterns.ts';
import type { Store } from '../ports/store.ts';
import { createTracking, type LiveTracking } from '../subscriptions/index.ts';
import type { Workspaces } from '../workspaces/index.ts';
import type { Runtime } from './runtime.ts';

/** Another process may have changed something without a word. Milliseconds. */
const refreshEveryMs = 1_000;

export interface TrackingParts {
  store: Store;
  patterns: { createSet(): PatternSet; tools: PatternTools };
  workspaces: Pick<Workspaces, 'of'>;
}

/** Loads all subscriptions and mutes, and every second those that another process changed. */
export async function openTracking(
  { clock, log, onStop }: Runtime,
  { store, patterns, workspaces }: TrackingParts,
): Promise<LiveTracking> {
  const tracking = await createTracking({
    ...{ store, clock, tools: patterns.tools, createPatternSet: patterns.createSet },
    namesOf: (team) => workspaces.of(team).names,
    onRefused: ({ id }, error) =>
      log.error({ err: error, subscription: id }, 'a stored pattern is refused; it is not matched'),
  });
  const poll = createPoll({
    ...{ timer: clock, everyMs: refreshEveryMs, run: tracking.refresh },
    onError: (error) => log.error({ err: error }, 'the tracked patterns could not be read; trying again'),
  });
  store.onTrackingElsewhere(poll.wake);
  poll.start();
  onStop('tracking', poll.stop);
  return tracking;
}
