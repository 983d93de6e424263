import { NotFound } from '../../domain/errors.ts';
import type { OutputLine, OutputPage } from '../../ports/job-store.ts';
import {
  addLines,
  type Chunk,
  type ChunkRow,
  chunksAtOnce,
  cutChunk,
  isTailTooLong,
  type Kept,
  pageOf,
  smallChunk,
  toChunk,
} from '../common/output-chunks.ts';
import type { Database } from './database.ts';

export interface JobOutputTable {
  /** Inside the caller's transaction. Returns the number of the newest line. @throws NotFound */
  add(id: string, lines: readonly Omit<OutputLine, 'number'>[], cursor: string | null): number;
  read(id: string, after: number, limit: number): Promise<OutputPage>;
}

/** The kept output of jobs: rows of lines, which are deleted as a whole. */
export function createJobOutput(db: Database): JobOutputTable {
  const find = db.prepare<[string], Kept>(
    `SELECT seq, last_line AS last, head_to AS headTo, head_bytes AS headBytes, tail_bytes AS tailBytes,
       cut_to AS cutTo, cut_bytes AS cutBytes FROM jobs WHERE id = ?`,
  );
  const save = db.prepare(
    `UPDATE jobs SET last_line = ?, head_to = ?, head_bytes = ?, tail_bytes = ?, cut_to = ?, cut_bytes = ?, cursor = ?
     WHERE seq = ?`,
  );
  const insert = db.prepare('INSERT INTO job_output (job, first_line, last_line, bytes, lines) VALUES (?, ?, ?, ?, ?)');
  const columns = 'first_line AS first, last_line AS last, bytes, lines';
  const newest = db.prepare<[number, number], ChunkRow>(
    `SELECT ${columns} FROM job_output WHERE job = ? AND last_line = ? AND bytes < ${smallChunk}`,
  );
  const after = db.prepare<[number, number, number], ChunkRow>(
    `SELECT ${columns} FROM job_output WHERE job = ? AND last_line > ? ORDER BY last_line LIMIT ?`,
  );
  const oldestOfTail = db.prepare<[number, number], Pick<ChunkRow, 'last' | 'bytes'>>(
    'SELECT last_line AS last, bytes FROM job_output WHERE job = ? AND last_line > ? ORDER BY last_line LIMIT 1',
  );
  const drop = db.prepare('DELETE FROM job_output WHERE job = ? AND last_line = ?');

  /** Takes the newest row out if more lines fit into it, to write it again with them. */
  function takeNewest(kept: Kept): Chunk | null {
    const row = kept.last === 0 ? undefined : newest.get(kept.seq, kept.last);
    if (row === undefined) return null;
    drop.run(kept.seq, row.last);
    return toChunk(row);
  }

  /** Cuts the oldest rows after the head: first stored ones, then those of `added`, which are newer. */
  function cutTail(kept: Kept, added: Chunk[]): void {
    while (isTailTooLong(kept)) {
      const stored = oldestOfTail.get(kept.seq, kept.headTo);
      if (stored !== undefined) drop.run(kept.seq, stored.last);
      const oldest = stored ?? added.shift();
      if (oldest === undefined) return;
      cutChunk(kept, oldest);
    }
  }

  function write(kept: Kept, chunks: readonly Chunk[]): void {
    for (const { first, last, bytes, groups } of chunks) {
      insert.run(kept.seq, first, last, bytes, JSON.stringify(groups));
    }
  }

  function* rowsAfter(seq: number, from: number): Generator<ChunkRow> {
    let rows: ChunkRow[];
    let newestRead = from;
    do {
      rows = after.all(seq, newestRead, chunksAtOnce);
      yield* rows;
      newestRead = rows.at(-1)?.last ?? newestRead;
    } while (rows.length === chunksAtOnce);
  }

  return {
    add(id, lines, cursor) {
      const kept = find.get(id);
      if (kept === undefined) throw new NotFound(`There is no job "${id}".`);
      const { head, tail } = addLines(kept, lines.length > 0 ? takeNewest(kept) : null, lines);
      cutTail(kept, tail);
      write(kept, head);
      write(kept, tail);
      const { last, headTo, headBytes, tailBytes, cutTo, cutBytes } = kept;
      save.run(last, headTo, headBytes, tailBytes, cutTo, cutBytes, cursor, kept.seq);
      return last;
    },

    async read(id, from, limit) {
      const kept = find.get(id);
      if (kept === undefined) return { lines: [], cut: null, last: 0 };
      return pageOf(kept, rowsAfter(kept.seq, from), from, limit);
    },
  };
}
