import type { Database } from 'better-sqlite3';

/**
 * How many deliveries, in the order they came, share a block of the index of open ones. A commit of many channels then
 * writes the one or two pages of the newest block, not one page for each channel (a quarter of what a durable POST took).
 */
export const blockSize = 256;

/** A delivery's block, in SQL: as the index has it, or the index is not used. */
export const block = `seq / ${blockSize}`;

/** Condition on the rows of one lane in one block; parameters: block, lane. Answered from the index `deliveries_open`. */
export const inBlock = `open = 1 AND ${block} = ? AND lane = ?`;

export const blockOf = (seq: number): number => Math.floor(seq / blockSize);

export interface OpenDeliveries {
  /** `seq` of the first open delivery of a lane, looked for from `from` on; null: none. */
  head(lane: number, from: number): number | null;
  /** Blocks with open deliveries, of any lane, from that of `seq` on. */
  blocks(seq: number): Generator<number>;
}

/** Finds what is still to be done in a lane. */
export function createOpenDeliveries(db: Database): OpenDeliveries {
  const first = db.prepare<[number, number], number | null>(`SELECT min(seq) FROM deliveries WHERE ${inBlock}`).pluck();
  const nextBlock = db
    .prepare<[number], number | null>(`SELECT min(${block}) FROM deliveries WHERE open = 1 AND ${block} >= ?`)
    .pluck();

  function* blocks(seq: number): Generator<number> {
    let current = nextBlock.get(blockOf(seq)) ?? null;
    while (current !== null) {
      yield current;
      current = nextBlock.get(current + 1) ?? null;
    }
  }

  return {
    blocks,
    head(lane, from) {
      for (const each of blocks(from)) {
        const seq = first.get(each, lane) ?? null;
        if (seq !== null) return seq;
      }
      return null;
    },
  };
}
