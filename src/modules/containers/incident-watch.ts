import type { Logger } from 'pino';
import type { DockerEvent, DockerReader } from '../../docker/index.ts';
import type { Clock } from '../../domain/clock.ts';
import { createLease, holdEveryMs } from '../../domain/lease.ts';
import { namesWithIncident } from '../../domain/open-signals.ts';
import { every } from '../../lib/every.ts';
import type { IncidentStore, LeaseStore } from '../../ports/incident-store.ts';
import type { SignalSink } from '../../ports/signals.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { createEvidenceLog } from './evidence.ts';
import { readFacts, unknownState } from './facts.ts';
import { illText, illTitle, severityOf, wellText } from './ill-text.ts';
import { lastLines } from './last-lines.ts';
import { createStoppedBefore } from './stopped-before.ts';
import { type Facts, type Ill, ills, judge, type Verdict } from './verdict.ts';

export interface IncidentWatchParts {
  docker: Pick<DockerReader, 'list' | 'inspect' | 'logs'>;
  signals: SignalSink;
  store: AcceptStore & StateStore & LeaseStore & Pick<IncidentStore, 'unfinishedIncidents'>;
  clock: Clock;
  log: Logger;
}

/** Opens and ends the incidents of containers. Events are hints: what Docker's list says counts. */
export interface IncidentWatch {
  /** @param age how long ago it happened, milliseconds */
  take(event: DockerEvent, age: number): void;
  /** Looks at all containers soon: the connection to Docker is new. */
  look(): void;
  stop(): void;
}

/** Longest time between two looks. */
const everyMs = 60_000;
/** A burst of events makes one look. */
const soonMs = 1_000;
const afterFailureMs = 5_000;
const source = 'container';

/** The containers of a service with the verdict that counts for it. */
interface Service {
  facts: Facts;
  verdict: Verdict;
}

export function createIncidentWatch({ docker, signals, store, clock, log }: IncidentWatchParts): IncidentWatch {
  const evidence = createEvidenceLog();
  const stoppedBefore = createStoppedBefore(store);
  /** The last signal of each key; null: this program does not hold the lease. */
  let told: Map<string, Ill | 'firing' | 'well'> | null = null;
  const lease = createLease(store, 'containers', clock);
  let failed = false;
  let stopped = false;
  let timer = { at: Number.POSITIVE_INFINITY, cancel: () => {} };
  let looking = false;

  // Looks are further apart than the lease is long.
  const endKeeping = every(
    holdEveryMs,
    'lease of the containers',
    // A failure is logged with the next look, which asks for the lease, too.
    () => (told === null ? null : lease.hold().catch(() => null)),
    clock,
    log,
  );

  function lookWithin(ms: number): void {
    const at = clock.monotonic() + Math.max(ms, soonMs);
    if (stopped || at >= timer.at) return;
    timer.cancel();
    timer = { at, cancel: clock.after(at - clock.monotonic(), () => void run()) };
  }

  async function run(): Promise<void> {
    timer = { at: Number.POSITIVE_INFINITY, cancel: () => {} };
    // The look that is under way may have read the list before the event.
    if (looking) return lookWithin(soonMs);
    looking = true;
    let againMs = afterFailureMs;
    try {
      againMs = await lookAtAll();
      failed = false;
    } catch (error) {
      if (!failed) log.warn({ err: error }, 'the containers could not be looked at');
      failed = true;
    }
    looking = false;
    lookWithin(againMs);
  }

  /** Resolves with the milliseconds until the next look. */
  async function lookAtAll(): Promise<number> {
    if (!(await lease.hold())) {
      told = null;
      stoppedBefore.forget();
      return holdEveryMs;
    }
    told ??= new Map((await namesWithIncident(store, source)).map((key) => [key, 'firing']));
    const before = new Map<string, number>();
    const all = await readFacts({
      list: () => docker.list(),
      async inspect(id) {
        before.set(id, evidence.of(id)?.revision ?? 0);
        return docker.inspect(id);
      },
    });
    await stoppedBefore.load();
    let againMs = everyMs;
    const services = new Map<string, Service[]>();
    for (const facts of all) {
      const verdict =
        // An event came after Docker's answer, which is out of date.
        (evidence.of(facts.id)?.revision ?? 0) === before.get(facts.id)
          ? judgeNow(facts, told)
          : ({ is: 'unsure', againMs: soonMs } as const);
      if ('againMs' in verdict && verdict.againMs !== null) againMs = Math.min(againMs, verdict.againMs);
      services.set(facts.key, [...(services.get(facts.key) ?? []), { facts, verdict }]);
    }
    evidence.keep(new Set(all.map(({ id }) => id)));
    await stoppedBefore.save(all.filter(({ id, key }) => isOver(services.get(key), id)).map(({ id }) => id));
    for (const [key, service] of services) await tell(key, worstOf(service), told);
    for (const [key, last] of told) {
      if (services.has(key)) continue;
      if (last !== 'well') await tellEnd(key, key.split('/').at(-1) ?? key, last, 'gone');
      told.delete(key);
    }
    return againMs;
  }

  function judgeNow(facts: Facts, known: ReadonlyMap<string, Ill | 'firing' | 'well'>): Verdict {
    if (facts.state === unknownState) return { is: 'unsure', againMs: null };
    const now = clock.monotonic();
    const isRunning = facts.state === 'running' || facts.state === 'paused';
    const last = known.get(facts.key);
    return judge(facts, {
      evidence: evidence.see(facts.id, isRunning, now),
      told: ills.find((ill) => ill === last) ?? null,
      stoppedBefore: stoppedBefore.has(facts.id),
      now,
    });
  }

  async function tell(key: string, { facts, verdict }: Service, known: Map<string, Ill | 'firing' | 'well'>) {
    const last = known.get(key);
    if (verdict.is === 'unsure') return;
    if (verdict.is !== 'ill') {
      if (last !== undefined && last !== 'well')
        await tellEnd(key, facts.service, last, verdict.is === 'well' ? 'well' : verdict.how);
      known.set(key, 'well');
      return;
    }
    const { ill } = verdict;
    if (last === ill) return;
    const { service, name: container, image } = facts;
    await signals.signal({
      ...{ key: `${source}:${key}`, status: 'firing', severity: severityOf[ill], channel: null, at: clock.now() },
      ...{ title: illTitle(facts, ill), text: illText(facts, verdict), fields: { service, container, image } },
      thread: last === undefined || last === 'well' ? await lastLines(docker, facts, clock) : '',
    });
    known.set(key, ill);
  }

  const tellEnd = (key: string, service: string, last: Ill | 'firing', how: Parameters<typeof wellText>[1]) =>
    signals.signal({
      ...{ key: `${source}:${key}`, status: 'resolved', ...wellText(service, how), fields: { service } },
      severity: last === 'firing' ? 'warning' : severityOf[last],
      ...{ channel: null, at: clock.now() },
    });

  return {
    take(event, age) {
      evidence.take(event, clock.monotonic() - age);
      lookWithin(soonMs);
    },
    look: () => lookWithin(soonMs),
    stop() {
      stopped = true;
      timer.cancel();
      endKeeping();
    },
  };
}

function isOver(services: readonly Service[] | undefined, id: string): boolean {
  const verdict = services?.find(({ facts }) => facts.id === id)?.verdict;
  return verdict?.is === 'over' && verdict.how === 'by hand';
}

const order: readonly Verdict['is'][] = ['ill', 'unsure', 'well', 'over'];

/** Returns the container of a service whose verdict counts: a service is well when none is ill and one is well. */
function worstOf(services: readonly Service[]): Service {
  const rank = ({ verdict }: Service) =>
    order.indexOf(verdict.is) * ills.length + (verdict.is === 'ill' ? ills.indexOf(verdict.ill) : 0);
  return services.reduce((worst, each) => (rank(each) < rank(worst) ? each : worst));
}
