import type { Stamp } from '../../domain/compose.ts';
import { isStoreAway, NotFound, StoreUnavailable, WrongState } from '../../domain/errors.ts';
import { type Incident, isOpenIncident } from '../../domain/incident.ts';
import { sha256 } from '../../lib/sha256.ts';
import { createTurns } from '../../lib/turns.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import type { Signal, SignalSink, Told } from '../../ports/signals.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore, UnitOfWork } from '../../ports/unit-of-work.ts';
import { factsOf, listAll, listed } from './facts.ts';
import { endOf, type Group, startOf, toGroup } from './group.ts';
import { legacyName, readLegacy } from './legacy.ts';
import { observe, type Report } from './lifecycle.ts';
import type { Notification } from './notification.ts';
import { groupOf } from './signal.ts';
import type { Write } from './write.ts';

export interface IncidentParts {
  store: AcceptStore & StateStore & IncidentStore & Pick<LedgerStore, 'delivery'>;
  stamp(): Stamp;
  team(): string;
  /** Channel of new cards of alerts. */
  channel(): string;
  /** Returns the id of a channel that a signal names. */
  channelOf(written: string): string;
  /** Public address of this program; '' when it is unknown. */
  publicUrl: string;
  /** Whether a maintenance window is open at this time (milliseconds since the epoch). */
  inMaintenance(now: number): Promise<boolean>;
  /** How long after the opening the thread gets log lines and the like, milliseconds; null: there are none. */
  contextAfterMs: number | null;
  write: Write;
}

/** Longest stored list of all alerts of a group, characters. */
const mostOfList = 200_000;

/** Attempts when other programs on the same store change the same incident at the same time. */
const mostTries = 3;

/**
 * Takes notifications of alerts and signals of modules, and opens, updates and ends incidents. The functions resolve once
 * the change is on disk, and reject with StoreUnavailable after too many conflicts.
 */
export interface IncidentLog extends SignalSink {
  take(notification: Notification, kind?: Group['kind']): Promise<Told>;
}

export function createIncidentLog(parts: IncidentParts): IncidentLog {
  const { store } = parts;
  const inTurn = createTurns(isStoreAway);
  /** Numbers that this program gave; their commits may be under way. */
  let lastNumber = 0;

  return {
    async take(notification, kind) {
      const group = toGroup(notification, kind);
      return group === null ? { msg: 'A Watchdog is not posted.', id: null } : takeGroup(group, null);
    },
    signal: (signal: Signal) => takeGroup(groupOf(signal), signal.channel),
  };

  /** @param channel null: the one for alerts */
  function takeGroup(group: Group, channel: string | null): Promise<Told> {
    return inTurn(group.groupKey, async () => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const told = await tell(group, channel);
        if (told !== null) return told;
      }
      throw new StoreUnavailable('Another program changes the same incident. Send it again.');
    });
  }

  /** Resolves with null on a conflict: another program was faster, or the card's state changed. The caller tries again. */
  async function tell(group: Group, channel: string | null): Promise<Told | null> {
    const team = parts.team();
    const { now } = parts.stamp();
    const free = await store.nextIncidentNumber();
    const stored = await store.latestIncident(team, group.groupKey);
    const report = reportOf(
      group,
      stored,
      channel === null ? parts.channel() : parts.channelOf(channel),
      parts.publicUrl,
    );
    const known = stored ?? (await readLegacy(store, report, team, now));
    const card = known?.card ? await store.delivery(known.card) : null;
    const maintenance = await parts.inMaintenance(now);
    const contextDueAt = parts.contextAfterMs === null ? null : now + parts.contextAfterMs;
    const step = observe(known, card, report, { now, team, maintenance, contextDueAt });
    if (step.incident === null) return { msg: step.msg, id: known?.card ?? null };
    if (step.incident.revision === 0) {
      lastNumber = Math.max(free, lastNumber + 1);
      step.incident.number = lastNumber;
      const { thread = '' } = group;
      if (step.card === 'post' && thread !== '') step.replies.push({ text: thread, broadcast: false });
    }
    const { unit, incident } = parts.write(known, step);
    const state = stateOf(group, incident, stored === null && known !== null);
    try {
      await store.accept({ ...unit, state });
    } catch (error) {
      if (error instanceof WrongState || error instanceof NotFound) return null;
      throw error;
    }
    return { msg: step.msg, id: incident.card };
  }
}

/** @param known the newest incident of the group, whose start is kept while it is open */
function reportOf(group: Group, known: Incident | null, channel: string, publicUrl: string): Report {
  const { status, groupKey: key, kind: source } = group;
  const { title, severity, facts } = factsOf(group, publicUrl);
  const starts = [startOf(group), known !== null && isOpenIncident(known) ? known.since : null];
  const times = starts.filter((time) => time !== null);
  const since = times.length === 0 ? null : Math.min(...times);
  // The start of a signal is only the time of its report.
  const start = status === 'firing' && source !== 'signal' ? since : null;
  const digest = sha256(JSON.stringify([status, title, severity, start, facts]));
  return { key, source, status, title, severity, facts, since, endedAt: endOf(group), channel, digest };
}

/** The list of all alerts, for a card that lists only some; and the end of what an older program stored. */
function stateOf(group: Group, { card }: Incident, isLegacy: boolean): NonNullable<UnitOfWork['state']> {
  return [
    ...(group.alerts.length > listed && card !== null
      ? [{ name: listName(card), value: listAll(group).slice(0, mostOfList) }]
      : []),
    ...(isLegacy ? [{ name: legacyName(group.groupKey), value: null }] : []),
  ];
}

/** Returns the name of the stored list of all alerts, for a card that lists only some. */
export const listName = (delivery: string): string => `incidents:all:${delivery}`;
