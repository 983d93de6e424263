/** The first invalid byte of an encoding. `byte` in hexadecimal: `0xe9`. */
export interface WrongByte {
  /** 0 for the first byte. */
  offset: number;
  byte: string;
}

/** Bytes are not valid UTF-8; the message names the first invalid one. */
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

/** Returns whether bytes begin with a byte order mark of UTF-16, as PowerShell's `>` and Notepad write it. */
const hasUtf16Mark = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

/** Decodes UTF-8, without a byte order mark. @throws NotUtf8, while Buffer.toString would silently write U+FFFD */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NotUtf8(bytes);
  }
}

/** Finds the first invalid byte. @param bytes invalid in the encoding `label` of the WHATWG's Encoding Standard */
export function wrongByte(bytes: Uint8Array, label: string): WrongByte {
  const end = firstWrong(bytes, label);
  const offset = label === 'utf-8' ? startOfCharacter(bytes, end) : Math.min(end, bytes.length - 1);
  return { offset, byte: `0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}` };
}

/** Returns the index of the byte at which decoding fails, by bisection over the prefixes. */
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
 * Returns the start of the character in which UTF-8 decoding failed at `end`. A decoder fails one byte late: Latin-1's byte
 * for é, for example, is the lead byte of a character of three bytes.
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
