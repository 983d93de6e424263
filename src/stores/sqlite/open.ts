import type { Database } from './database.ts';

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

/** For WITH: the blocks that have open deliveries of any lane, in order; parameter: the first one looked at. */
export const openBlocks = (atMost = -1) => `RECURSIVE blocks (block) AS (
    SELECT min(${block}) FROM deliveries WHERE open = 1 AND ${block} >= ?
    UNION ALL
    SELECT (SELECT min(${block}) FROM deliveries WHERE open = 1 AND ${block} > blocks.block)
    FROM blocks WHERE blocks.block IS NOT NULL
    LIMIT ${atMost}
  )`;

/** A lane's open deliveries `d` in those blocks, in order; parameter: lane. Reads nothing but the index. */
export const openInBlocks = `blocks CROSS JOIN deliveries d INDEXED BY deliveries_open
    ON d.open = 1 AND d.${block} = blocks.block AND d.lane = ?`;

export interface OpenDeliveries {
  /** `seq` of the first open delivery of a lane, looked for from `from` on; null: none. */
  head(lane: number, from: number): number | null;
  /** Whether more than `limit` are open in a lane from `from` on. */
  isMoreThan(limit: number, lane: number, from: number): boolean;
}

/** Finds what is still to be done in a lane. */
export function createOpenDeliveries(db: Database): OpenDeliveries {
  const first = db
    .prepare<[number, number], number>(`WITH ${openBlocks()} SELECT d.seq FROM ${openInBlocks} LIMIT 1`)
    .pluck();
  const beyond = db.prepare<[number, number, number]>(
    `WITH ${openBlocks()} SELECT 1 FROM ${openInBlocks} LIMIT 1 OFFSET ?`,
  );

  return {
    head: (lane, from) => first.get(blockOf(from), lane) ?? null,
    isMoreThan: (limit, lane, from) => beyond.get(blockOf(from), lane, limit) !== undefined,
  };
}
