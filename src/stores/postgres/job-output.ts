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
import type { Database, Statements } from './database.ts';

const chunkColumns = 'first_line AS first, last_line AS last, bytes, lines';
const selectKept = `SELECT seq, last_line AS last, head_to AS "headTo", head_bytes AS "headBytes", tail_bytes AS "tailBytes",
  cut_to AS "cutTo", cut_bytes AS "cutBytes" FROM jobs WHERE id = $1`;

/** The kept output of jobs: rows of lines, which are deleted as a whole. */
export function createJobOutput(db: Database) {
  /** Takes the newest row out if more lines fit into it, to write it again with them. */
  async function takeNewest(tx: Statements, kept: Kept): Promise<Chunk | null> {
    if (kept.last === 0) return null;
    const [row] = await tx.query<ChunkRow>(
      `DELETE FROM job_output WHERE job = $1 AND last_line = $2 AND bytes < ${smallChunk} RETURNING ${chunkColumns}`,
      [kept.seq, kept.last],
    );
    return row === undefined ? null : toChunk(row);
  }

  /** Cuts the oldest rows after the head: first stored ones, then those of `added`, which are newer. */
  async function cutTail(tx: Statements, kept: Kept, added: Chunk[]): Promise<void> {
    while (isTailTooLong(kept)) {
      const [stored] = await tx.query<Pick<ChunkRow, 'last' | 'bytes'>>(
        `DELETE FROM job_output WHERE job = $1 AND last_line =
           (SELECT last_line FROM job_output WHERE job = $1 AND last_line > $2 ORDER BY last_line LIMIT 1)
         RETURNING last_line AS last, bytes`,
        [kept.seq, kept.headTo],
      );
      const oldest = stored ?? added.shift();
      if (oldest === undefined) return;
      cutChunk(kept, oldest);
    }
  }

  async function* rowsAfter(seq: number, from: number): AsyncGenerator<ChunkRow> {
    let rows: ChunkRow[];
    let newest = from;
    do {
      rows = await db.query<ChunkRow>(
        `SELECT ${chunkColumns} FROM job_output WHERE job = $1 AND last_line > $2 ORDER BY last_line LIMIT $3`,
        [seq, newest, chunksAtOnce],
      );
      yield* rows;
      newest = rows.at(-1)?.last ?? newest;
    } while (rows.length === chunksAtOnce);
  }

  async function addIn(tx: Statements, { id, lines, cursor }: Addition): Promise<number> {
    const [kept] = await tx.query<Kept>(`${selectKept} FOR NO KEY UPDATE`, [id]);
    if (kept === undefined) throw new NotFound(`There is no job "${id}".`);
    const { head, tail } = addLines(kept, lines.length > 0 ? await takeNewest(tx, kept) : null, lines);
    await cutTail(tx, kept, tail);
    const chunks = [...head, ...tail];
    if (chunks.length > 0) {
      void tx.run(
        `INSERT INTO job_output (job, first_line, last_line, bytes, lines) SELECT $1, first, last, bytes, lines
         FROM unnest($2::bigint[], $3::bigint[], $4::int[], $5::text[]) u (first, last, bytes, lines)`,
        [
          kept.seq,
          chunks.map(({ first }) => first),
          chunks.map(({ last }) => last),
          chunks.map(({ bytes }) => bytes),
          chunks.map(({ groups }) => JSON.stringify(groups)),
        ],
      );
    }
    void tx.run(
      `UPDATE jobs SET last_line = $1, head_to = $2, head_bytes = $3, tail_bytes = $4, cut_to = $5, cut_bytes = $6, cursor = $7
       WHERE seq = $8`,
      [kept.last, kept.headTo, kept.headBytes, kept.tailBytes, kept.cutTo, kept.cutBytes, cursor, kept.seq],
    );
    return kept.last;
  }

  return {
    /**
     * Adds lines in one transaction; several additions to a job are written as one. Resolves with the numbers of the newest lines.
     * @throws NotFound
     */
    add: (batch: readonly Addition[]): Promise<number[]> =>
      db.transaction(async (tx) => {
        const newest = new Map<string, number>();
        for (const addition of byJob(batch)) newest.set(addition.id, await addIn(tx, addition));
        return batch.map(({ id }) => newest.get(id) ?? 0);
      }),

    async read(id: string, from: number, limit: number): Promise<OutputPage> {
      const [kept] = await db.query<Kept>(selectKept, [id]);
      if (kept === undefined) return { lines: [], cut: null, last: 0 };
      return pageOf(kept, rowsAfter(kept.seq, from), from, limit);
    },
  };
}

export interface Addition {
  id: string;
  lines: readonly Omit<OutputLine, 'number'>[];
  cursor: string | null;
}

/** One addition for each job, in the order of their ids, in which their rows are locked. */
function byJob(batch: readonly Addition[]): Addition[] {
  const lines = new Map<string, Omit<OutputLine, 'number'>[]>();
  const cursors = new Map<string, string | null>();
  for (const addition of batch) {
    const all = lines.get(addition.id) ?? [];
    for (const line of addition.lines) all.push(line);
    lines.set(addition.id, all);
    cursors.set(addition.id, addition.cursor);
  }
  return [...lines.keys()].sort().map((id) => ({ id, lines: lines.get(id) ?? [], cursor: cursors.get(id) ?? null }));
}
