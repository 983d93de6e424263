import type { LogLine } from './log-line.ts';

interface Unfinished {
  time: string;
  parts: Buffer[];
  bytes: number;
}

const headBytes = 8;
/** Longer lines are truncated. */
const maxLineBytes = 64 * 1024;
/** A longer frame means that the data has no frames; Docker's have at most 16 KiB. */
const maxFrameBytes = 16 * 1024 * 1024;
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Returns a parser of the lines of a container's log. Without a TTY the log has frames: stream (1: stdout, 2: stderr), three
 * zeros, length as 4 bytes big-endian (docs.docker.com/reference/api/engine, "Attach to a container"). A long line has
 * several frames, each with the time in front. A TTY's output has no frame headers.
 * `push` throws RangeError when the data has no valid frames.
 * @param timed false: the output of a running container (attach), whose lines have no time in front
 */
export function createLineReader(tty: boolean, timed = true): { push(chunk: Buffer): LogLine[]; end(): LogLine[] } {
  let rest: Buffer = Buffer.alloc(0);
  const open: Record<LogLine['stream'], Unfinished | null> = { stdout: null, stderr: null };

  function take(stream: LogLine['stream'], piece: Buffer, lines: LogLine[]): void {
    const [head = '', time = ''] = (timed && stamp.exec(piece.subarray(0, 64).toString('latin1'))) || [];
    const line = open[stream] ?? { time, parts: [], bytes: 0 };
    open[stream] = line;
    const ends = piece.at(-1) === 10;
    const text = piece.subarray(head.length, ends ? -1 : undefined).subarray(0, maxLineBytes - line.bytes);
    // An empty subarray would keep the memory of its whole chunk.
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
      // A progress bar may never end its line.
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

/** Splits bytes after each newline. */
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
