import { plain } from '../../../web/lib/plain.ts';
import { size } from './words.ts';

/** A piece of the log: lines that are drawn together, or a note about lines that are not kept. */
export interface Chunk {
  id: number;
  kind: 'lines' | 'cut';
  text: string;
  lines: number;
}

/** Lines of a chunk: chunks are drawn and dropped as a whole. */
const chunkLines = 500;

const count = (number: number) => number.toLocaleString('en');

/** Returns the note that stands in place of lines that are not kept. */
export function cutText(from: number, to: number, bytes: number | null): string {
  const which = from === to ? `Line ${count(from)} was` : `Lines ${count(from)} to ${count(to)} were`;
  return `${which} not kept${bytes === null ? '' : ` (${size(bytes)})`}: of a long output, its beginning and its end are.`;
}

/**
 * Collects the lines of a log, and keeps the newest. `take` moves what was collected to `chunks`, so that many lines are
 * drawn at once. Lines that are known are left out: a stream that is opened again begins with the first line.
 */
export function createLogBuffer({ mostLines, mostChars }: { mostLines: number; mostChars: number }) {
  let chunks: readonly Chunk[] = [];
  let collected: Chunk[] = [];
  let texts: string[] = [];
  let nextId = 0;
  let last = 0;
  let shown = 0;

  function close(): void {
    if (texts.length === 0) return;
    collected.push({ id: nextId++, kind: 'lines', text: texts.join('\n'), lines: texts.length });
    texts = [];
  }
  /** Drops the oldest chunks until the rest is small enough. The newest stays. */
  function trim(all: readonly Chunk[]): readonly Chunk[] {
    let [lines, chars] = [0, 0];
    let from = all.length;
    while (from > 0) {
      const chunk = all[from - 1];
      lines += chunk?.lines ?? 0;
      chars += chunk?.text.length ?? 0;
      if (from < all.length && (lines > mostLines || chars > mostChars)) break;
      from -= 1;
    }
    return from === 0 ? all : all.slice(from);
  }

  return {
    line(number: number, text: string): void {
      if (number <= last) return;
      last = number;
      texts.push(plain(text));
      if (texts.length < chunkLines) return;
      close();
      collected = [...trim(collected)];
    },
    cut(from: number, to: number, bytes: number | null): void {
      if (to <= last) return;
      close();
      const first = Math.max(from, last + 1);
      collected.push({ id: nextId++, kind: 'cut', text: cutText(first, to, first === from ? bytes : null), lines: 0 });
      last = to;
    },
    /** Returns whether there is anything new in `chunks`. */
    take(): boolean {
      close();
      if (collected.length === 0) return false;
      chunks = trim([...chunks, ...collected]);
      shown = chunks.reduce((sum, { lines }) => sum + lines, 0);
      collected = [];
      return true;
    },
    chunks: () => chunks,
    /** Number of the newest line. */
    last: () => last,
    /** Number of lines in `chunks`. */
    shown: () => shown,
    /** Whether lines were dropped from `chunks`: the first chunk has always the id 0. */
    isTrimmed: () => chunks.length > 0 && chunks[0]?.id !== 0,
  };
}
