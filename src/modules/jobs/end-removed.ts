import { namesWithIncident } from '../../domain/open-signals.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { SignalSink } from '../../ports/signals.ts';

/** Ends the incidents of jobs that the files have no longer. @throws StoreUnavailable */
export async function endRemoved(
  store: Pick<IncidentStore, 'unfinishedIncidents'>,
  signals: SignalSink,
  isKnown: (name: string) => boolean,
  now: number,
): Promise<void> {
  for (const name of await namesWithIncident(store, 'job')) {
    if (isKnown(name)) continue;
    await signals.signal({
      ...{ key: `job:${name}`, status: 'resolved', title: `Job ${name} does not exist any more` },
      text: 'No file of JOBS_DIR has it any more.',
      ...{ fields: { job: name }, severity: 'info', channel: null, at: now },
    });
  }
}
