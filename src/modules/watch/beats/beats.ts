import type { Logger } from 'pino';
import { type Clock, createLifetimes } from '../../../domain/clock.ts';
import { isStoreAway, NotFound, WrongState } from '../../../domain/errors.ts';
import type { Lease } from '../../../domain/lease.ts';
import { namesWithIncident } from '../../../domain/open-signals.ts';
import { createTurns } from '../../../lib/turns.ts';
import type { IncidentStore } from '../../../ports/incident-store.ts';
import type { NewsStore } from '../../../ports/news-store.ts';
import type { SignalSink } from '../../../ports/signals.ts';
import type { StateStore } from '../../../ports/store.ts';
import type { AcceptStore } from '../../../ports/unit-of-work.ts';
import type { Beat } from '../../../watch-files/index.ts';
import { builtInBeats } from './built-in.ts';
import { createGaps } from './gaps.ts';
import { type Due, dueAfter, type Gap, judge, type Verdict } from './judge.ts';
import { type Memory, noMemory, type Ping, readMemory, remember } from './memory.ts';
import { firing, plainTime, resolved, sentence, unwatched } from './tell.ts';
import type { BeatStatus, Beats } from './types.ts';

export interface BeatsParts {
  store: AcceptStore & NewsStore & StateStore & Pick<IncidentStore, 'unfinishedIncidents'>;
  /** That of the checks: the same program tells of late beats. */
  lease: Pick<Lease, 'hold'>;
  signals: SignalSink;
  clock: Clock;
  log: Logger;
  /** Whether a planned maintenance of the beat is under way: nobody is told of what fails in it. */
  inMaintenance(name: string, now: number): boolean;
}

export interface RunningBeats extends Beats {
  /** Whether pings of this name are taken. */
  knows(name: string): boolean;
  /** Resolves once the ping is on disk. @throws StoreUnavailable */
  ping(name: string, ping: Ping): Promise<void>;
  /** Takes the beats of the files. @param isWhole false: there may be further beats, so that incidents of unknown ones stay open */
  replace(beats: readonly Beat[], isWhole?: boolean): void;
  /** Reads what the store has of the beats. Never rejects. */
  start(): Promise<void>;
  /** Looks for late beats and tells of them. Call it every `holdEveryMs`. @throws StoreUnavailable */
  round(): Promise<void>;
}

interface Entry {
  beat: Beat;
  isBuiltIn: boolean;
  /** As it was last read from the store; undefined: not yet. */
  stored: string | null | undefined;
  memory: Memory;
  due: Due | null;
  /** The last planned maintenance that was seen. */
  quiet: Gap | null;
  /** The problem that the last signal was about. */
  told: string | null;
}

/** The store forgets a state that is not written again within LEDGER_DAYS (two at least). */
const writeAgainMs = 86_400_000;
/** Attempts to write a ping, when other programs write others at the same time. */
const mostTries = 10;
/** By this the programs on a store tell one another the name of a beat that they wrote. */
const topic = 'beat';
/** While no beat was ever heard of, the store is asked this often whether another program took a ping. Milliseconds. */
const lookElsewhereMs = 300_000;
/** A planned maintenance that is seen again within this time is the same one. */
const sameMaintenanceMs = 60_000;

/** Keeps the beats: takes pings, and tells when one is late, failed, or well again. */
export function createBeats({ store, lease, signals, clock, log, inMaintenance }: BeatsParts): RunningBeats {
  const entries = new Map<string, Entry>();
  const inTurn = createTurns(isStoreAway);
  const lifetimes = createLifetimes(clock);
  const gaps = createGaps({ store, clock });
  /** Names with an open incident, as the store had them. */
  let open: Set<string> | null = null;
  /** Beats came or went since the last round. */
  let hasNew = false;
  let knowsAll = true;
  let lookedAt = clock.monotonic();
  store.onTold(topic, (name) => {
    const entry = entries.get(name as string);
    if (entry !== undefined) void inTurn(entry.beat.name, () => refresh(entry)).catch(() => {});
  });

  const verdictOf = ({ beat, memory, due, quiet }: Entry): Verdict =>
    judge(beat, memory, due, {
      ...{ now: clock.now(), left: lifetimes.left, gaps: quiet === null ? gaps.all() : [...gaps.all(), quiet] },
    });

  function learn(entry: Entry, stored: string | null): void {
    if (entry.stored === stored) return;
    entry.stored = stored;
    entry.memory = readMemory(stored);
    expect(entry);
  }

  function expect(entry: Entry): void {
    const { pingedAt } = entry.memory;
    entry.due = pingedAt === null ? null : dueAfter(entry.beat, pingedAt);
  }

  const refresh = async (entry: Entry) => learn(entry, await store.state(stateName(entry.beat.name)));

  async function write(entry: Entry, memory: Memory): Promise<void> {
    const value = JSON.stringify(memory);
    await store.accept({ state: [{ name: stateName(entry.beat.name), value, was: entry.stored ?? null }] });
    learn(entry, value);
    store.tell(topic, entry.beat.name);
  }

  /** Two programs on the store may take pings of a beat at the same time. */
  async function take(entry: Entry, ping: Ping): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      await refresh(entry);
      try {
        return await write(entry, remember(entry.memory, ping, entry.beat.startGraceMs));
      } catch (error) {
        if (!(error instanceof WrongState) || tries === mostTries) throw error;
      }
    }
  }

  /** Tells what has changed since the last signal. A signal that fails is sent in the next round. */
  async function settle(entry: Entry): Promise<void> {
    const { beat, memory } = entry;
    const now = clock.now();
    const isQuiet = inMaintenance(beat.name, now);
    if (isQuiet) {
      const { quiet } = entry;
      const goesOn = quiet !== null && now >= quiet.to && now - quiet.to <= sameMaintenanceMs;
      entry.quiet = { from: goesOn ? quiet.from : now, to: now };
    }
    const { problem, isWell } = verdictOf(entry);
    if (problem !== null) {
      const about = `${problem.kind} ${problem.at}`;
      if (isQuiet || entry.told === about) return;
      await signals.signal(firing(beat, problem, memory));
      entry.told = about;
    } else if (isWell && (entry.told !== null || open?.has(beat.name) === true)) {
      await signals.signal(resolved(beat, memory.ended?.at ?? now));
      entry.told = null;
      open?.delete(beat.name);
    }
  }

  async function look(entry: Entry, tells: boolean): Promise<void> {
    await refresh(entry);
    const { memory } = entry;
    if (!tells) {
      if (verdictOf(entry).isWell) entry.told = null;
      return;
    }
    await settle(entry);
    const now = clock.now();
    if (memory === noMemory || now - memory.writtenAt <= writeAgainMs) return;
    await write(entry, { ...memory, writtenAt: now }).catch((error) => {
      // Another program wrote it just now.
      if (!(error instanceof WrongState)) throw error;
    });
  }

  async function lookAtAll(tells: boolean): Promise<void> {
    const errors: unknown[] = [];
    for (const [name, entry] of entries) {
      await inTurn(name, () => look(entry, tells)).catch((error) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Ends the incidents of beats that were removed from the files. */
  async function endRemoved(): Promise<void> {
    for (const name of open ?? []) {
      if (!entries.has(name)) await signals.signal(unwatched(name, clock.now()));
    }
  }

  const isShown = ({ isBuiltIn, memory }: Entry) => !isBuiltIn || memory.pingedAt !== null;

  return {
    knows: (name) => entries.has(name),
    list: () => [...entries.values()].filter(isShown).map((entry) => statusOf(entry, verdictOf(entry))),
    find(name) {
      const entry = entries.get(name);
      return entry === undefined || !isShown(entry) ? null : statusOf(entry, verdictOf(entry));
    },
    ping: (name, ping) =>
      inTurn(name, async () => {
        const entry = entries.get(name);
        if (entry === undefined) throw unknownBeat(name);
        await take(entry, ping);
        // In the next turn: the ping is acknowledged before people are told.
        void inTurn(name, () => settle(entry)).catch((error) => log.warn({ err: error, beat: name }, untold));
      }),
    replace(beats, isWhole = true) {
      knowsAll = isWhole;
      const before = new Map(entries);
      entries.clear();
      const all = new Map([...builtInBeats, ...beats].map((beat) => [beat.name, beat]));
      for (const beat of [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const isBuiltIn = builtInBeats.includes(beat);
        const entry: Entry = { ...newEntry, ...before.get(beat.name), beat, isBuiltIn };
        expect(entry);
        entries.set(beat.name, entry);
      }
      hasNew = true;
    },
    async start() {
      try {
        await gaps.read();
        open = new Set(await namesWithIncident(store, 'beat'));
        await lookAtAll(false);
      } catch (error) {
        log.warn({ err: error }, 'the beats were not read; the next round reads them');
      }
    },
    async round() {
      gaps.note();
      await gaps.read();
      const isIdle = !hasNew && [...entries.values()].every(({ memory }) => memory === noMemory);
      if (isIdle && clock.monotonic() - lookedAt < lookElsewhereMs) return;
      lookedAt = clock.monotonic();
      const tells = await lease.hold();
      if (tells) {
        await gaps.write();
        open = new Set(await namesWithIncident(store, 'beat'));
        if (knowsAll) await endRemoved();
      }
      await lookAtAll(tells);
      if (tells) hasNew = false;
    },
  };
}

const stateName = (name: string) => `watch:beat:${name}`;
const untold = 'a beat was taken, but nobody was told of it yet; the next round tells';

const newEntry = { stored: undefined, memory: noMemory, due: null, quiet: null, told: null };

export const unknownBeat = (name: string): NotFound =>
  new NotFound(
    `There is no beat "${name}". Add it to a file of WATCH_DIR: beats: [{ name: ${name}, every: 1h, grace: 5m }]. \`ultronex beats\` lists them.`,
  );

function statusOf({ beat, memory }: Entry, { state, problem, dueAt }: Verdict): BeatStatus {
  const { lastAt, lastRunMs, exitCode, log } = memory;
  return {
    ...{ beat, state, lastAt, lastRunMs, exitCode, log, dueAt },
    problem: problem === null ? null : sentence(beat, problem, memory, plainTime),
  };
}
