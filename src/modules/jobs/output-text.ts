import type { OutputPage } from '../../ports/job-store.ts';
import type { Jobs } from './types.ts';

/** Lines that are read from the store at once. */
export const pageLines = 500;

/** The line that stands for lines that are not kept. */
export function cutLine(from: number, to: number, cut: OutputPage['cut']): string {
  const lines = from === to ? `line ${from} was` : `lines ${from} to ${to} were`;
  const bytes = cut?.from === from && cut.to === to ? `, ${inUnits(cut.bytes)}` : '';
  return `[${lines} cut${bytes}]`;
}

function inUnits(bytes: number): string {
  if (bytes >= 1_048_576) return `${(bytes / 1_048_576).toFixed(1)} MiB`;
  return bytes >= 1_024 ? `${Math.round(bytes / 1_024)} KiB` : `${bytes} bytes`;
}

/** Yields the output that is stored now, in pieces of whole lines. A line says where lines were cut. */
export async function* storedText(jobs: Pick<Jobs, 'output'>, id: string): AsyncGenerator<string> {
  let at = 0;
  let end: number | null = null;
  // A job that writes faster than it is read must not keep this going.
  while (end === null || at < end) {
    const { lines, cut, last } = await jobs.output(id, at, pageLines);
    end ??= last;
    let text = '';
    for (const line of lines) {
      if (line.number > at + 1) text += `${cutLine(at + 1, line.number - 1, cut)}\n`;
      text += `${line.text}\n`;
      at = line.number;
    }
    if (lines.length === 0) return;
    yield text;
  }
}

/** Resolves with the last `most` bytes of the output, from the beginning of a line; a line says what is left out. */
export async function endOfOutput(jobs: Pick<Jobs, 'output'>, id: string, most: number): Promise<string> {
  const pieces: string[] = [];
  let bytes = 0;
  let isLeftOut = false;
  for await (const piece of storedText(jobs, id)) {
    pieces.push(piece);
    bytes += Buffer.byteLength(piece);
    while (pieces.length > 1 && bytes - Buffer.byteLength(pieces[0] ?? '') >= most) {
      bytes -= Buffer.byteLength(pieces.shift() ?? '');
      isLeftOut = true;
    }
  }
  const whole = Buffer.from(pieces.join(''));
  if (!isLeftOut && whole.length <= most) return whole.toString();
  const from = whole.length <= most ? 0 : whole.indexOf('\n', whole.length - most - 1) + 1;
  return `[the beginning is left out; GET /ultronex/jobs/${id}/logs has all that is kept]\n${whole.subarray(from)}`;
}
