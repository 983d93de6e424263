import { longestLine, mostOutputBytes } from '../../domain/job.ts';
import { pieces } from '../../lib/pieces.ts';
import type { OutputLine, OutputPage } from '../../ports/job-store.ts';

/** Lines of one time, as they stand in a row. */
type Group = [at: number, texts: string[]];

/** Lines that follow one another and share a row. */
export interface Chunk {
  first: number;
  last: number;
  bytes: number;
  groups: Group[];
}

/** `lines`: the groups as JSON. */
export interface ChunkRow extends Omit<Chunk, 'groups'> {
  lines: string;
}

/** What is kept of the output of the job in row `seq`. */
export interface Kept {
  seq: number;
  last: number;
  headTo: number;
  headBytes: number;
  tailBytes: number;
  cutTo: number;
  cutBytes: number;
}

const half = mostOutputBytes / 2;
/** Lines of output share a row up to this size. Bytes. */
const mostOfChunk = 16_384;
/** Further lines join the newest row while it is smaller, so that a job that writes line by line has few rows. Bytes. */
export const smallChunk = 4_096;
/** A page of output ends after this size. Bytes. */
const pageBytes = 262_144;
/** Rows that one query of a page reads. */
export const chunksAtOnce = 16;

export const isTailTooLong = ({ tailBytes }: Kept): boolean => tailBytes > half;

export const toChunk = ({ first, last, bytes, lines }: ChunkRow): Chunk => ({
  ...{ first, last, bytes },
  groups: JSON.parse(lines) as Group[],
});

/**
 * Adds lines to what is kept, after `taken`, the newest row, which is written again with them. Returns the rows to write: of the
 * first half, which stays, and of the last one, whose oldest rows are cut when it is too long.
 */
export function addLines(kept: Kept, taken: Chunk | null, lines: readonly Omit<OutputLine, 'number'>[]) {
  const head: Chunk[] = [];
  const tail: Chunk[] = [];
  if (taken !== null) (taken.first <= kept.headTo ? head : tail).push(taken);
  for (const { at, text } of lines) {
    for (const part of pieces(text, longestLine)) {
      const bytes = Buffer.byteLength(part) + 1;
      const isHead = kept.last === kept.headTo && kept.headBytes + bytes <= half;
      kept.last += 1;
      append(isHead ? head : tail, { number: kept.last, at, text: part }, bytes);
      kept[isHead ? 'headBytes' : 'tailBytes'] += bytes;
      if (isHead) kept.headTo = kept.last;
    }
  }
  return { head, tail };
}

/** Cuts a row of the last half. */
export function cutChunk(kept: Kept, { bytes, last }: Pick<Chunk, 'bytes' | 'last'>): void {
  kept.tailBytes -= bytes;
  kept.cutBytes += bytes;
  kept.cutTo = last;
}

/** Returns the first lines, at most `limit` and 256 KiB, of rows after the line `from`. `rows` is read as far as needed. */
export async function pageOf(
  { last, headTo, cutTo, cutBytes }: Kept,
  rows: AsyncIterable<ChunkRow> | Iterable<ChunkRow>,
  from: number,
  limit: number,
): Promise<OutputPage> {
  const lines: OutputLine[] = [];
  const cut = cutTo === 0 ? null : { from: headTo + 1, to: cutTo, bytes: cutBytes };
  // Lines may have been added since `last` was read.
  const page = () => ({ lines, cut, last: Math.max(last, lines.at(-1)?.number ?? 0) });
  let bytes = 0;
  for await (const row of rows) {
    for (const line of linesOf(row)) {
      if (line.number <= from) continue;
      bytes += Buffer.byteLength(line.text) + 1;
      if (lines.length >= limit || (bytes > pageBytes && lines.length > 0)) return page();
      lines.push(line);
    }
  }
  return page();
}

function append(chunks: Chunk[], { number, at, text }: OutputLine, bytes: number): void {
  let chunk = chunks.at(-1);
  if (chunk === undefined || chunk.bytes + bytes > mostOfChunk) {
    chunk = { first: number, last: number, bytes: 0, groups: [] };
    chunks.push(chunk);
  }
  const group = chunk.groups.at(-1);
  if (group?.[0] === at) group[1].push(text);
  else chunk.groups.push([at, [text]]);
  chunk.last = number;
  chunk.bytes += bytes;
}

function linesOf({ first, lines }: ChunkRow): OutputLine[] {
  const texts = (JSON.parse(lines) as Group[]).flatMap(([at, texts]) => texts.map((text) => ({ at, text })));
  return texts.map(({ at, text }, index) => ({ number: first + index, at, text }));
}
