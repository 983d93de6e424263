import { compose, type Stamp } from '../../domain/compose.ts';
import { inSlack } from '../../domain/destination.ts';
import type { SignalSink } from '../../ports/signals.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore, UnitOfWork } from '../../ports/unit-of-work.ts';
import { annotationEffect } from './annotate.ts';
import type { WatchedApp } from './apps.ts';
import { type News, toldRelease } from './changes.ts';
import { causeOf, messageOf } from './message.ts';
import { type AppState, isChanged, type OpenIncident, parseState, renewMs, stateName, writeState } from './state.ts';
import type { Release } from './types.ts';
import type { Verdict } from './verdicts.ts';

export interface TellParts {
  store: AcceptStore & StateStore;
  signals: SignalSink;
  stamp(): Stamp;
  team(): string;
  channelOf(written: string): string;
  /** The channel for alerts. */
  alertChannel(): string;
  /** Whether releases become annotations in Grafana. */
  annotates: boolean;
}

/** Writes down and tells what a look found. The functions reject with StoreUnavailable. */
export interface Teller {
  stateOf(app: string): Promise<AppState>;
  /** Commits the news with the state, then opens and ends incidents. @param next the state without its open incidents */
  tell(
    watched: WatchedApp,
    before: AppState,
    next: AppState,
    news: readonly News[],
    verdicts: readonly Verdict[],
  ): Promise<void>;
  /** Ends the open incidents of an app that nobody watches any more. */
  close(app: string): Promise<void>;
}

export function createTeller(parts: TellParts): Teller {
  const { store, signals, stamp, team } = parts;
  const stateOf = async (app: string) => parseState(await store.state(stateName(app)));
  const stateEntry = (app: string, state: AppState) => [{ name: stateName(app), value: writeState(state) }];

  /** Returns the unit of work of one message. Its key makes a release be told once by all programs on the store. */
  function unitOf({ app, channel }: WatchedApp, each: News, state: AppState): UnitOfWork {
    const made = stamp();
    const destination = inSlack(channel === null ? parts.alertChannel() : parts.channelOf(channel));
    // Without `similarTo` it is never merged with other releases.
    const message = compose(made, { team: team(), destination, source: 'heroku', ...messageOf(app, each) });
    const { release } = each;
    const base = { deliveries: [message], state: stateEntry(app, state) };
    if (release === null) return { ...base, key: `heroku:change ${app} ${state.revision}` };
    const annotated = parts.annotates && release.status !== 'failed';
    const asker = { team: team(), user: '', channel: destination.address, isPrivate: false, trace: message.trace };
    return {
      ...{ ...base, key: `heroku:release ${app} v${release.version}` },
      audit: [auditEntry(made, app, release)],
      effects: annotated ? [annotationEffect(made.newId(), app, toldRelease(release), asker)] : [],
    };
  }

  async function commit(
    watched: WatchedApp,
    before: AppState,
    next: AppState,
    news: readonly News[],
  ): Promise<AppState> {
    const { now } = stamp();
    let stored = before;
    for (const [at, each] of news.entries()) {
      const content = at === news.length - 1 ? next : { ...stored, ...each.told };
      const state = { ...content, revision: stored.revision + 1, savedAt: now };
      const { duplicate } = await store.accept(unitOf(watched, each, state));
      // A duplicate was told by another program, or before the state was lost.
      if (!duplicate) stored = state;
    }
    if (!isChanged(stored, next) && Math.abs(now - stored.savedAt) < renewMs) return stored;
    const state = { ...next, revision: stored.revision + 1, savedAt: now };
    await store.accept({ state: stateEntry(watched.app, state) });
    return state;
  }

  async function signal(watched: WatchedApp, verdict: Verdict, state: AppState): Promise<void> {
    if (verdict.status === 'unsure') return;
    const { app, channel, notify, fix } = watched;
    const { part, status, text } = verdict;
    // An incident that an older program opened: its title and severity are not stored.
    const known = state.open[part] ?? {
      title: `${app}: ${part}`,
      severity: 'warning',
      fields: { app },
      cause: '',
      at: 0,
    };
    const { title, severity, fields, cause, at } = known;
    const link = `<https://dashboard.heroku.com/apps/${encodeURIComponent(app)}|Dashboard>`;
    await signals.signal({
      ...{ key: `heroku:${app} ${part}`, status, channel, title, severity, fields },
      text: [text, cause, link].filter((line) => line !== '').join('\n'),
      ...(notify !== null && { notify }),
      ...(fix !== null && { fix }),
      at: status === 'firing' ? at : stamp().now,
    });
  }

  async function tell(
    watched: WatchedApp,
    before: AppState,
    next: AppState,
    news: readonly News[],
    verdicts: readonly Verdict[],
  ): Promise<void> {
    const { now } = stamp();
    const open = { ...before.open };
    for (const verdict of verdicts) {
      if (verdict.status !== 'firing') continue;
      const { part, title, fields } = verdict;
      const { at, cause } = open[part] ?? beginOf(verdict.since, next, now);
      open[part] = { at, title, severity: watched.severity ?? verdict.severity, fields, cause };
    }
    // The state knows of an incident before it opens. So it ends also if the program is killed in between.
    const state = await commit(watched, before, { ...next, open }, news);
    const ended: string[] = [];
    for (const verdict of verdicts) {
      const isOpen = state.open[verdict.part] !== undefined;
      // At the first reading an incident of an older program may be open without being stored here.
      if (verdict.status === 'resolved' && !isOpen && before.version !== null) continue;
      await signal(watched, verdict, state);
      if (verdict.status === 'resolved' && isOpen) ended.push(verdict.part);
    }
    if (ended.length === 0) return;
    const left = Object.fromEntries(Object.entries(state.open).filter(([part]) => !ended.includes(part)));
    const after = { ...state, open: left, revision: state.revision + 1, savedAt: now };
    await store.accept({ state: stateEntry(watched.app, after) });
  }

  async function close(app: string): Promise<void> {
    const state = await stateOf(app);
    const watched: WatchedApp = { app, everyMs: 0, channel: null, severity: null, notify: null, fix: null };
    for (const part of Object.keys(state.open)) {
      await signal(watched, { part, status: 'resolved', text: 'The app is not watched any more.' }, state);
    }
    if (Object.keys(state.open).length === 0) return;
    const closed = { ...state, open: {}, revision: state.revision + 1, savedAt: stamp().now };
    await store.accept({ state: stateEntry(app, closed) });
  }

  return { stateOf, tell, close };
}

function beginOf(since: number | null, { release }: AppState, now: number): Pick<OpenIncident, 'at' | 'cause'> {
  const at = Math.min(since ?? now, now);
  return { at, cause: causeOf(release, at) };
}

/** The entry makes the release the last change of incidents that open soon after it. */
const auditEntry = ({ newId, now }: Stamp, app: string, release: Release) => ({
  ...{ id: newId(), at: Math.min(release.createdAt || now, now), actor: { kind: 'program', name: '' } as const },
  ...{ source: 'heroku', action: 'release', target: `${app} v${release.version}` },
  outcome: release.status === 'failed' ? ('failed' as const) : ('done' as const),
  detail: `${release.description.slice(0, 300)}${release.by === '' ? '' : `; by ${release.by}`}`,
  requestId: '',
});
