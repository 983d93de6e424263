import type { Stamp } from '../../domain/compose.ts';
import { formatDuration, parseDuration } from '../../domain/duration.ts';
import { InvalidRequest, NotFound, StoreUnavailable, WrongState } from '../../domain/errors.ts';
import type { Incident } from '../../domain/incident.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { acknowledge, endSilence, longestSilenceMs, resolve, silence, stopReminding } from './acts.ts';
import type { Person } from './people.ts';
import type { Unit, Write } from './write.ts';

/** An act that a person asks for. `for`: `2h`, `until solved`, `off`. */
export type Wish =
  | { act: 'ack' | 'stop-reminding' }
  | { act: 'silence'; for: string }
  | { act: 'resolve'; note: string };

export interface Done {
  msg: string;
  incident: Incident;
  unit: Unit;
}

export interface DeskParts {
  store: AcceptStore & IncidentStore & Pick<LedgerStore, 'delivery'>;
  stamp(): Stamp;
  team(): string;
  write: Write;
}

/** Where people act on incidents: commands and buttons decide here, and the pipeline commits; HTTP does both here. */
export interface Desk {
  /** Resolves with what a wish changes. @throws NotFound, WrongState, InvalidRequest with a sentence for the person */
  decide(number: number, wish: Wish, person: Person): Promise<Done>;
  /** The same, and commits it. @throws also StoreUnavailable */
  act(number: number, wish: Wish, person: Person): Promise<Done>;
  find(number: number): Promise<Incident>;
}

const mostTries = 5;

export function createDesk({ store, stamp, team, write }: DeskParts): Desk {
  async function find(number: number): Promise<Incident> {
    const incident = await store.incident(team(), number);
    if (incident !== null) return incident;
    throw new NotFound(
      `There is no incident #${number}. GET /ultronex/incidents and the command "incidents" list them.`,
    );
  }

  async function decide(number: number, wish: Wish, person: Person): Promise<Done> {
    const incident = await find(number);
    const card = incident.card === null ? null : await store.delivery(incident.card);
    const { now } = stamp();
    const { msg, ...step } = actOf(wish, now)(incident, card, person, now);
    const { unit, incident: after } = write(incident, step);
    return { msg, incident: after, unit };
  }

  return {
    find,
    decide,
    async act(number, wish, person) {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const done = await decide(number, wish, person);
        try {
          await store.accept(done.unit);
          return done;
        } catch (error) {
          // Another change came first: decide again from what is stored now.
          if (!(error instanceof WrongState || error instanceof NotFound)) throw error;
        }
      }
      throw new StoreUnavailable(`Incident #${number} is being changed by others; try again.`);
    },
  };
}

function actOf(wish: Wish, now: number) {
  switch (wish.act) {
    case 'ack':
      return acknowledge;
    case 'stop-reminding':
      return stopReminding;
    case 'resolve':
      return resolve(wish.note);
    case 'silence':
      return silenceFor(wish.for, now);
  }
}

function silenceFor(written: string, now: number) {
  const text = written.trim().toLowerCase();
  if (text === 'off') return endSilence;
  if (/^(until )?(it is )?(solved|resolved)$/.test(text)) return silence(null, 'until it is solved');
  const ms = /^(for\s+)?[\d.]+$/.test(text) ? null : parseDuration(text.replace(/^for\s+/, ''));
  if (ms === null || ms > longestSilenceMs) {
    throw new InvalidRequest(
      'for',
      `for "${written.slice(0, 60)}" is no length of time up to 30 days; write 30m, 2h, 1d, "until solved" or "off"`,
    );
  }
  return silence(now + ms, `for ${formatDuration(ms)}`);
}

/** Returns what the audit log says of a wish besides its name. */
export const detailOf = (wish: Wish): string =>
  wish.act === 'silence' ? wish.for : wish.act === 'resolve' ? wish.note : '';
