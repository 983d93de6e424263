import type { LogLine } from '../log-line.ts';

interface Unfinished {
  time: string;
  parts: Buffer[];
  bytes: number;
}

const headBytes = 8;
/** Longer lines are cut here, and their rest is dropped. */
const maxLineBytes = 64 * 1024;
/** A frame that claims more than this is not one; Docker's are 16 KiB at most. */
const maxFrameBytes = 16 * 1024 * 1024;
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Lines out of the bytes of a container's log. Without a terminal they come in frames: stream (1: stdout, 2: stderr),
 * three zeros, length as 4 bytes big-endian (docs.docker.com/reference/api/engine, "Attach to a container"). A long line
 * comes in several frames, each with the time before it. With a terminal the bytes are the text itself.
 */
export function createLineReader(tty: boolean): { push(chunk: Buffer): LogLine[]; end(): LogLine[] } {
  let rest: Buffer = Buffer.alloc(0);
  const open: Record<LogLine['stream'], Unfinished | null> = { stdout: null, stderr: null };

  function take(stream: LogLine['stream'], piece: Buffer, lines: LogLine[]): void {
    const [head = '', time = ''] = stamp.exec(piece.subarray(0, 64).toString('latin1')) ?? [];
    const line = open[stream] ?? { time, parts: [], bytes: 0 };
    open[stream] = line;
    const ends = piece.at(-1) === 10;
    const text = piece.subarray(head.length, ends ? -1 : undefined).subarray(0, maxLineBytes - line.bytes);
    // Even an empty part would keep the whole chunk that it was cut from in memory.
    if (text.length > 0) line.parts.push(text);
    line.bytes += text.length;
    if (ends) lines.push(...finish(stream));
  }

  function finish(stream: LogLine['stream']): LogLine[] {
    const line = open[stream];
    open[stream] = null;
    if (line === null) return [];
    const text = Buffer.concat(line.parts).toString().replace(/\r$/, '');
    return [{ time: line.time, stream, text }];
  }

  function takeFrames(lines: LogLine[]): void {
    while (rest.length >= headBytes) {
      const length = rest.readUInt32BE(4);
      if (length > maxFrameBytes) throw new RangeError(`a log frame of ${length} bytes: this is not Docker's framing`);
      if (rest.length < headBytes + length) return;
      const payload = rest.subarray(headBytes, headBytes + length);
      const stream = rest[0] === 2 ? 'stderr' : 'stdout';
      rest = rest.subarray(headBytes + length);
      for (const piece of pieces(payload)) take(stream, piece, lines);
    }
  }

  return {
    push(chunk) {
      const lines: LogLine[] = [];
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!tty) {
        takeFrames(lines);
        return lines;
      }
      const whole = rest.lastIndexOf(10) + 1;
      for (const piece of pieces(rest.subarray(0, whole))) take('stdout', piece, lines);
      rest = rest.subarray(whole);
      // A progress bar may go on for ever without a line's end.
      if (rest.length > maxLineBytes) {
        take('stdout', rest, lines);
        lines.push(...finish('stdout'));
        rest = Buffer.alloc(0);
      }
      return lines;
    },
    end() {
      const lines: LogLine[] = [];
      if (tty && rest.length > 0) take('stdout', rest, lines);
      rest = Buffer.alloc(0);
      return [...lines, ...finish('stdout'), ...finish('stderr')];
    },
  };
}

/** Each with the line's end that it has. */
function pieces(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end === -1 ? bytes.length : end + 1;
    found.push(bytes.subarray(from, to));
    from = to;
  }
  return found;
}
