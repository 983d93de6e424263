import type { Content, Delivery, NewDelivery } from '../../src/domain/delivery.ts';
import {
  canBeMerged,
  canLead,
  emptied,
  handOver,
  lost,
  memberChanged,
  merged,
  queuedAgain,
  takeIn,
  takesInMore,
  withdrawn,
} from '../../src/domain/merging.ts';
import {
  begin,
  canExpire,
  type DeliveryChange,
  edit,
  expire,
  isOpen,
  requeue,
  settle,
  withdraw,
} from '../../src/domain/transitions.ts';
import type { Settlement } from '../../src/ports/outbox-store.ts';

/** The fields of a channel's queue that a claim reads. */
interface Lane {
  readyAt: number;
  leased: boolean;
}

/**
 * A store in memory that applies the rules of `domain/transitions.ts` and `domain/merging.ts` one delivery at a time. A
 * real store may use one statement for many: it must end with the same deliveries.
 */
export class StoreModel {
  readonly rows: Delivery[] = [];
  readonly #lanes = new Map<string, Lane>();
  readonly #digests = new Map<string, { id: string; until: number }>();
  readonly #backlog: number;
  readonly #openMs: number;

  constructor({ backlog, openMs }: { backlog: number; openMs: number }) {
    this.#backlog = backlog;
    this.#openMs = openMs;
  }

  accept(given: NewDelivery, seq: number): void {
    this.rows.push({
      ...given,
      ...{ seq, state: 'queued', attempts: 0, updatedAt: given.createdAt, slack: null, uploaded: 0, error: null },
      ...{
        warnings: [],
        mergedInto: null,
        mergedCount: 0,
        shown: 0,
        outcomeUnknown: false,
        pending: null,
        revision: 0,
      },
    });
    if (!this.#lanes.has(given.destination.address))
      this.#lanes.set(given.destination.address, { readyAt: 0, leased: false });
  }

  /** Claims the head of every channel that is due. */
  claim(now: number, leaseMs: number): Delivery[] {
    return [...this.#lanes].flatMap(([channel, lane]) => {
      if (lane.readyAt > now) return [];
      const head = this.#head(channel, now);
      if (head === undefined) return [];
      Object.assign(lane, { readyAt: now + leaseMs, leased: true });
      if (head.state === 'sent') return [head];
      const target = this.#merge(head, now);
      if (target.state === 'sent') return [target];
      return [this.#write(target, begin(target, now))];
    });
  }

  settle(claimed: Delivery, settlement: Settlement, now: number): void {
    const settled = settle(claimed, this.get(claimed.id), settlement, now);
    const after = this.#write(this.get(claimed.id), settled.change);
    if (settled.closesDigest) this.#close(after, now);
    const lane = this.#lanes.get(claimed.destination.address);
    if (settlement.to === 'posted') Object.assign(lane ?? {}, { readyAt: settlement.readyAt, leased: true });
    else if (lane?.leased) Object.assign(lane, { readyAt: settlement.readyAt, leased: false });
  }

  withdraw(id: string, withMembers: boolean, now: number): void {
    const delivery = this.get(id);
    const hasMembers = this.#members(id).length > 0;
    const done = withdraw(delivery, { merged: withMembers, hasMembers }, now);
    if (done === null) return;
    if (done.members === 'withdrawn' && hasMembers) {
      for (const member of this.#members(id)) this.#write(member, withdrawn(now));
      this.#write(this.get(id), emptied);
    }
    if (done.members === 'handed over') this.#handOver(delivery, now);
    if (done.leavesDigest) this.#memberChanged(delivery, true, now);
    this.#write(this.get(id), done.change);
  }

  edit(id: string, content: Partial<Content>, now: number): void {
    const after = this.#write(this.get(id), edit(this.get(id), content, now));
    if (after.state === 'merged') this.#memberChanged(after, false, now);
  }

  requeue(id: string, expiresAt: number, now: number): void {
    this.#write(this.get(id), requeue(this.get(id), expiresAt, now));
  }

  get(id: string): Delivery {
    const found = this.rows.find((row) => row.id === id);
    if (found === undefined) throw new Error(`no delivery ${id}`);
    return found;
  }

  /** Expires the messages that are past their time to live, and returns the first open one. */
  #head(channel: string, now: number): Delivery | undefined {
    const open = () => this.rows.filter((row) => row.destination.address === channel && isOpen(row));
    const head = open()[0];
    if (head === undefined || !canExpire(head) || head.expiresAt > now) return head;
    for (const row of open()) if (canExpire(row) && row.expiresAt <= now) this.#write(row, expire(row, now));
    return this.#head(channel, now);
  }

  #merge(head: Delivery, now: number): Delivery {
    const { seq, similarKey } = head;
    const channel = head.destination.address;
    const behind = this.rows.filter((row) => row.destination.address === channel && row.seq >= seq && isOpen(row));
    if (!canLead(head) || behind.length <= this.#backlog) return head;
    const name = `${channel} ${similarKey}`;
    const known = this.#digests.get(name);
    const digest = known === undefined ? undefined : this.get(known.id);
    const isTaking = digest !== undefined && known !== undefined && known.until > now && takesInMore(digest);
    const into = isTaking ? digest : head;
    const members = behind.filter((row) => row !== into && canBeMerged(row, similarKey));
    if (members.length === 0) return into;
    for (const member of members) Object.assign(this.#write(member, merged(now)), { mergedInto: into.id });
    const newest = this.#members(into.id).at(-1)?.expiresAt ?? 0;
    if (!isTaking) this.#digests.set(name, { id: into.id, until: now + this.#openMs });
    return this.#write(into, takeIn(into, members.length, newest));
  }

  #handOver(digest: Delivery, now: number): void {
    const [oldest, ...others] = this.#members(digest.id);
    if (oldest === undefined) return;
    this.#write(oldest, handOver(digest, oldest, now));
    for (const member of others) member.mergedInto = oldest.id;
    this.#write(digest, emptied);
    for (const known of this.#digests.values()) if (known.id === digest.id) known.id = oldest.id;
  }

  #memberChanged({ mergedInto }: Delivery, left: boolean, now: number): void {
    if (mergedInto === null) return;
    const digest = this.get(mergedInto);
    this.#write(digest, memberChanged(digest, left, now));
  }

  #close(digest: Delivery, now: number): void {
    for (const [name, { id }] of this.#digests) if (id === digest.id) this.#digests.delete(name);
    const unseen = this.#members(digest.id).slice(digest.shown);
    for (const member of unseen) this.#write(member, queuedAgain(member, now));
    if (unseen.length > 0) this.#write(digest, lost(digest, unseen.length));
  }

  #members(id: string): Delivery[] {
    return this.rows.filter((row) => row.mergedInto === id && row.state === 'merged');
  }

  #write(row: Delivery, change: DeliveryChange): Delivery {
    return Object.assign(row, change);
  }
}
