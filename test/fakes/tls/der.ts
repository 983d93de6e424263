/** ASN.1 values in DER (X.690), as far as an X.509 certificate needs them. */
export function value(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const bytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

export const sequence = (...parts: Buffer[]) => value(0x30, ...parts);
export const set = (...parts: Buffer[]) => value(0x31, ...parts);
export const octets = (content: Buffer) => value(0x04, content);
export const utf8 = (text: string) => value(0x0c, Buffer.from(text));
export const yes = Buffer.from([0x01, 0x01, 0xff]);
/** `number` is the tag within its context; `content` is a value of its own (explicit). */
export const tagged = (number: number, content: Buffer) => value(0xa0 | number, content);
/** The content of a value without its own tag (implicit). */
export const implicit = (number: number, content: Buffer) => value(0x80 | number, content);
/** Positive: the first bit is the sign. */
export const integer = (bytes: Buffer) => value(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([zero, bytes]));
/** `unused`: bits of the last byte that do not count. */
export const bits = (content: Buffer, unused = 0) => value(0x03, Buffer.from([unused]), content);

const zero = Buffer.from([0]);

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = rest.flatMap((number) => {
    const groups = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return value(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** Until 2049 a UTCTime with two digits of the year, then a GeneralizedTime (RFC 5280, section 4.1.2.5). */
export function time(ms: number): Buffer {
  const date = new Date(ms);
  const text = date.toISOString().replace(/[-T:]|\.\d+/g, '');
  const short = date.getUTCFullYear() < 2050;
  return value(short ? 0x17 : 0x18, Buffer.from(short ? text.slice(2) : text));
}
