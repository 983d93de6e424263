/** What must be as wanted when a run is over. An item is an event of Slack or a POST; each causes one message. */
export interface Verdict {
  acknowledged: number;
  /** Given up by Slack after its last retry. They may have acted nevertheless. */
  unacknowledged: number;
  /** Items with more than one message in Slack. */
  twice: number;
  /** Acknowledged, and not in Slack. */
  lost: number;
  /** In Slack before one of the same lane that was acknowledged before this one was delivered. */
  outOfOrder: number;
}

export interface Tally {
  readonly acknowledged: number;
  /** Acknowledged, and not yet in Slack. */
  readonly waiting: number;
  /** An item is handed to the program for the first time. Lanes are numbers from 0: items of one lane keep their order. */
  delivered(item: number, lane: number): void;
  /** Further acknowledgements of the same item count for nothing. */
  acknowledge(item: number): void;
  posted(item: number): void;
  judge(): Verdict;
}

/** Counts in 17 bytes an item, so that a million of them fit. Times are places in the order of all that is told. */
export function createTally(size: number): Tally {
  const laneOf = new Uint32Array(size);
  const deliveredAt = new Uint32Array(size);
  const ackedAt = new Uint32Array(size);
  const postedAt = new Uint32Array(size);
  const posts = new Uint8Array(size);
  let time = 0;
  let acknowledged = 0;
  let waiting = 0;
  const at = (times: Uint32Array, item: number) => times[item] as number;
  const next = () => {
    time += 1;
    return time;
  };

  /** Items by lane, and within a lane by a time. Those without it are left out. */
  function sortedBy(times: Uint32Array): Uint32Array {
    const all = Uint32Array.from({ length: size }, (_, item) => item).filter((item) => at(times, item) > 0);
    return all.sort((a, b) => at(laneOf, a) - at(laneOf, b) || at(times, a) - at(times, b));
  }

  function countOutOfOrder(): number {
    const acked = sortedBy(ackedAt);
    let [count, index, lane, latest] = [0, 0, -1, 0];
    for (const item of sortedBy(deliveredAt)) {
      const mine = at(laneOf, item);
      if (mine !== lane) [lane, latest] = [mine, 0];
      for (; index < acked.length; index += 1) {
        const before = acked[index] as number;
        const other = at(laneOf, before);
        if (other > mine || (other === mine && at(ackedAt, before) > at(deliveredAt, item))) break;
        if (other === mine) latest = Math.max(latest, at(postedAt, before));
      }
      if (at(postedAt, item) > 0 && at(postedAt, item) < latest) count += 1;
    }
    return count;
  }

  return {
    get acknowledged() {
      return acknowledged;
    },
    get waiting() {
      return waiting;
    },
    delivered(item, lane) {
      laneOf[item] = lane;
      deliveredAt[item] = next();
    },
    acknowledge(item) {
      if (at(ackedAt, item) > 0) return;
      ackedAt[item] = next();
      acknowledged += 1;
      if (posts[item] === 0) waiting += 1;
    },
    posted(item) {
      if (posts[item] === 0) {
        postedAt[item] = next();
        if (at(ackedAt, item) > 0) waiting -= 1;
      }
      posts[item] = Math.min((posts[item] ?? 0) + 1, 255);
    },
    judge() {
      let [unacknowledged, twice, lost] = [0, 0, 0];
      for (let item = 0; item < size; item += 1) {
        const isAcked = at(ackedAt, item) > 0;
        if (at(deliveredAt, item) > 0 && !isAcked) unacknowledged += 1;
        if ((posts[item] ?? 0) > 1) twice += 1;
        if (isAcked && posts[item] === 0) lost += 1;
      }
      return { acknowledged, unacknowledged, twice, lost, outOfOrder: countOutOfOrder() };
    },
  };
}
