import { createHash } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';
import { compose } from '../../domain/compose.ts';
import type { Delivery, NewDelivery } from '../../domain/delivery.ts';
import { NotFound, StoreUnavailable, WrongState } from '../../domain/errors.ts';
import { createTurns } from '../../lib/turns.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { type Card, cardOf, listAll, listed } from './card.ts';
import { type Group, type IncidentStatus, startOf, toGroup } from './group.ts';
import type { Notification } from './notification.ts';

/** What is remembered of a group: the card that stands for it, and what that says. */
export interface Known {
  delivery: string;
  status: IncidentStatus;
  /** Of the card. */
  digest: string;
  /** Milliseconds since the epoch; alerts that were resolved before are told no more, so it cannot be asked for again. */
  since: number | null;
}

export interface Told {
  msg: string;
  /** Of the card in the ledger; null: there is none. */
  id: string | null;
}

export interface IncidentParts {
  store: AcceptStore & StateStore & Pick<LedgerStore, 'delivery'>;
  clock: Pick<Clock, 'now'>;
  newId(): string;
  team(): string;
  ttlMs: number;
  /** Where a new card goes. */
  channel(): string;
  /** Where people reach the program; '' when that is not known. */
  publicUrl: string;
  /** An incident began or ended. */
  count(status: IncidentStatus): void;
}

type Step = 'post' | 'edit' | 'nothing';
type CardInLedger = Pick<Delivery, 'state' | 'pending' | 'error'>;

/** What to do about a group, given what is remembered of it and what became of its card. */
export function decide(
  known: Known | null,
  card: CardInLedger | null,
  { status, digest }: Pick<Known, 'status' | 'digest'>,
): Step {
  const begins = status === 'firing' && known?.status !== 'firing';
  if (begins) return 'post';
  if (known === null) return 'nothing';
  const same = digest === known.digest;
  // Somebody took it back and knows about it; only what is new and bad is told.
  const takenBack = (card?.state === 'withdrawn' && card.error === null) || card?.pending === 'delete';
  if (takenBack) return same || status === 'resolved' ? 'nothing' : 'post';
  if (card !== null && stands(card)) return same ? 'nothing' : 'edit';
  // The channel does not know what it says.
  return same && status === 'resolved' ? 'nothing' : 'post';
}

/** Not when it failed, expired or was deleted in Slack by hand, nor when Slack refused its last edit. */
function stands({ state, pending, error }: CardInLedger): boolean {
  if (state === 'sent') return pending !== null || error === null;
  return state === 'queued' || state === 'sending';
}

/** The list of all alerts of a group, in characters. */
const mostOfList = 200_000;

/** Others who change the same group at the same time: at most so many are given way to. */
const mostTries = 3;

/** One card a group: answers a function that takes what Alertmanager posts, and resolves once it is on disk. */
export function createIncidentLog(
  parts: IncidentParts,
): (notification: Notification, kind?: Group['kind']) => Promise<Told> {
  const { store } = parts;
  const inTurn = createTurns();

  return async function take(notification, kind) {
    const group = toGroup(notification, kind);
    if (group === null) return { msg: 'A Watchdog is not posted.', id: null };
    const name = stateName(group);
    return inTurn(name, async () => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const told = await tell(name, group);
        if (told !== null) return told;
      }
      throw new StoreUnavailable('Another program changes the same group of alerts. Send it again.');
    });
  };

  /** Null: another program was faster, or the card ended meanwhile; what to do has to be decided again. */
  async function tell(name: string, group: Group): Promise<Told | null> {
    const remembered = await store.state(name);
    const known = remembered === null ? null : (JSON.parse(remembered) as Known);
    const now = look(group, known, parts.publicUrl);
    const step = decide(known, known && (await store.delivery(known.delivery)), now);
    if (step === 'nothing')
      return { msg: known ? 'Nothing has changed.' : 'There is no card to resolve.', id: known?.delivery ?? null };
    const id = step === 'post' || known === null ? parts.newId() : known.delivery;
    const more = group.alerts.length > listed;
    const listUrl = more && parts.publicUrl !== '' ? `${parts.publicUrl}/ultronex/incidents/${id}` : null;
    const card = cardOf(group, now.since, { publicUrl: parts.publicUrl, listUrl });
    const state = [
      { name, value: JSON.stringify({ ...now, delivery: id } satisfies Known) },
      ...(more ? [{ name: listName(id), value: listAll(group).slice(0, mostOfList) }] : []),
    ];
    const work =
      step === 'post'
        ? // Each card follows one other: two programs that share a store cannot both post it.
          { key: `${name}:${known?.delivery ?? ''}`, deliveries: [newCard(id, card)] }
        : { edits: [{ id, content: card }] };
    try {
      const { duplicate } = await store.accept({ ...work, state });
      if (duplicate) return null;
    } catch (error) {
      if (error instanceof WrongState || error instanceof NotFound) return null;
      throw error;
    }
    if (now.status !== known?.status) parts.count(now.status);
    return { msg: step === 'post' ? 'A new card is on its way.' : 'The card is edited.', id };
  }

  function newCard(id: string, card: Card): NewDelivery {
    const stamp = { newId: parts.newId, now: parts.clock.now(), ttlMs: parts.ttlMs };
    // Without `similarTo` it is never merged: an edit has to find it.
    return compose(stamp, { id, ...card, team: parts.team(), channel: parts.channel(), source: 'incident' });
  }
}

/** What a card would say now, but for the link that depends on its id. */
function look(group: Group, known: Known | null, publicUrl: string): Omit<Known, 'delivery'> {
  const { status } = group;
  const starts = [
    startOf(group),
    ...(known?.status === 'firing' || status === 'resolved' ? [known?.since ?? null] : []),
  ];
  const times = starts.filter((time) => time !== null);
  const since = times.length === 0 ? null : Math.min(...times);
  const card = cardOf(group, since, { publicUrl });
  return { status, since, digest: sha256(JSON.stringify(card)) };
}

/** The state with every alert of a card's group, when the card lists only some. */
export const listName = (delivery: string): string => `incidents:all:${delivery}`;

/** Group keys may be of any length. */
function stateName({ groupKey }: Group): string {
  return `incidents:${sha256(groupKey)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
