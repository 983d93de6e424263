/** The first byte that is not of an encoding. `byte` as people write it: `0xe9`. */
export interface WrongByte {
  /** From the beginning, 0 is the first byte. */
  offset: number;
  byte: string;
}

/** Bytes that were to be UTF-8 and are not; the message names the first wrong one. */
export class NotUtf8 extends Error {
  readonly code = 'ERR_NOT_UTF8';
  readonly offset: number;
  constructor(bytes: Uint8Array) {
    const { offset, byte } = wrongByte(bytes, 'utf-8');
    const from = hasUtf16Mark(bytes) ? 'utf-16' : 'windows-1252';
    super(`not UTF-8: byte ${byte} at offset ${offset}; convert it, for example with iconv -f ${from} -t utf-8`);
    this.offset = offset;
  }
}

/** PowerShell's `>` and Notepad write it. */
const hasUtf16Mark = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

/** The text, without a byte order mark. @throws NotUtf8, where Buffer.toString would write U+FFFD in silence */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NotUtf8(bytes);
  }
}

/** `bytes` are not of the encoding that the WHATWG's Encoding Standard calls `label`. */
export function wrongByte(bytes: Uint8Array, label: string): WrongByte {
  const end = firstWrong(bytes, label);
  const offset = label === 'utf-8' ? startOfCharacter(bytes, end) : Math.min(end, bytes.length - 1);
  return { offset, byte: `0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}` };
}

/** The shortest beginning that cannot be the beginning of a right text ends with the wrong byte. */
function firstWrong(bytes: Uint8Array, label: string): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (canBegin(bytes.subarray(0, middle), label)) good = middle;
    else bad = middle;
  }
  return bad - 1;
}

/**
 * Where the character begins whose error was met at `end`. Latin-1's byte for é, for example, announces a character of three
 * bytes, so that a decoder meets the error at the byte after it.
 */
function startOfCharacter(bytes: Uint8Array, end: number): number {
  let lead = end - 1;
  while (lead > 0 && ((bytes[lead] ?? 0) & 0xc0) === 0x80) lead -= 1;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return lead >= 0 && lead + length > end ? lead : end;
}

function canBegin(bytes: Uint8Array, label: string): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
