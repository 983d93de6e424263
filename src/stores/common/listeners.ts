import type { Delivery } from '../../domain/delivery.ts';
import type { Job } from '../../domain/job.ts';
import type { IncidentChange } from '../../ports/incident-store.ts';
import type { TrackingChanges } from '../../ports/tracking-store.ts';
import type { Accepted, UnitOfWork } from '../../ports/unit-of-work.ts';

type Listener<A extends unknown[]> = (...args: A) => void;

/** The listeners for one kind of event, called in the order of their registration. */
function createListeners<A extends unknown[]>() {
  const listeners: Listener<A>[] = [];
  return {
    add: (listener: Listener<A>) => void listeners.push(listener),
    tell(...args: A): void {
      for (const listener of listeners) listener(...args);
    },
  };
}

/** The events that a store announces in its process after a commit; see the ports. */
export function createStoreListeners() {
  return {
    work: createListeners<[]>(),
    scan: createListeners<[]>(),
    effect: createListeners<[]>(),
    incident: createListeners<[change: IncidentChange]>(),
    job: createListeners<[job: Job]>(),
    output: createListeners<[id: string]>(),
    state: createListeners<[delivery: Delivery]>(),
    merged: createListeners<[digest: Delivery, count: number]>(),
    tracking: createListeners<[committed: TrackingChanges]>(),
    elsewhere: createListeners<[]>(),
    workspace: createListeners<[team: string]>(),
    erased: createListeners<[team: string]>(),
    events: createListeners<[]>(),
  };
}

export type StoreListeners = ReturnType<typeof createStoreListeners>;

/** The methods of the store that register listeners. */
export function registrations(listeners: StoreListeners) {
  const { work, scan, effect, incident, job, output, state, merged } = listeners;
  const { tracking, elsewhere, workspace, erased, events } = listeners;
  return {
    onWork: work.add,
    onScan: scan.add,
    onEffect: effect.add,
    onIncident: incident.add,
    onJob: job.add,
    onOutput: output.add,
    onState: state.add,
    onMerged: merged.add,
    onTracking: tracking.add,
    onTrackingElsewhere: elsewhere.add,
    onWorkspace: workspace.add,
    onErased: erased.add,
    onEvents: events.add,
  };
}

/** What the store announces after a unit was committed: `jobs` as they are stored; `tracking`: null for none. */
export interface AcceptedUnit {
  accepted: Accepted;
  tracking: TrackingChanges | null;
  jobs: readonly Job[];
}

/** Announces a unit. Wakes only the workers with new work: a POST wakes the outbox worker alone. */
export function tellAccepted(
  listeners: StoreListeners,
  unit: UnitOfWork,
  { accepted, tracking, jobs }: AcceptedUnit,
): void {
  if (accepted.duplicate) return;
  if (tracking !== null) listeners.tracking.tell(tracking);
  if (unit.deliveries?.length || unit.edits?.length) listeners.work.tell();
  if (unit.scan) listeners.scan.tell();
  if (unit.effects?.length) listeners.effect.tell();
  if (unit.events?.length) listeners.events.tell();
  for (const change of unit.incidents ?? []) listeners.incident.tell(change);
  for (const job of jobs) listeners.job.tell(job);
}
