import type { Database } from './database.ts';

/**
 * The number of consecutive deliveries in a block of the index of open deliveries. With blocks, a commit of many
 * channels writes one or two pages of the newest block, not one page for each channel (a quarter of a durable POST).
 */
export const blockSize = 256;

/** The block of a delivery in SQL, exactly as in the index, so that SQLite uses the index. */
export const block = `seq / ${blockSize}`;

/** SQL condition for one lane in one block; parameters: block, lane. SQLite reads the index `deliveries_open` only. */
export const inBlock = `open = 1 AND ${block} = ? AND lane = ?`;

export const blockOf = (seq: number): number => Math.floor(seq / blockSize);

/** For WITH: the blocks with open deliveries of any lane, in order; parameter: the first block. */
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
  /** Returns the `seq` of the first open delivery of a lane, from `from` on; null: none. */
  head(lane: number, from: number): number | null;
  /** Returns whether more than `limit` deliveries are open in a lane, from `from` on. */
  isMoreThan(limit: number, lane: number, from: number): boolean;
}

/** Finds the open deliveries of a lane. */
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
