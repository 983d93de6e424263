import { isIPv4, isIPv6 } from 'node:net';

/** Numbers of the types (RFC 1035, section 3.2.2; AAAA: RFC 3596). */
const numberOfType = { A: 1, NS: 2, CNAME: 5, MX: 15, TXT: 16, AAAA: 28 } as const;
/** RFC 1035, section 4.1.1. */
const numberOfCode = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

export type RecordType = keyof typeof numberOfType;
export type ResponseCode = keyof typeof numberOfCode;

export interface ResourceRecord {
  name: string;
  type: RecordType;
  /** As a zone file has it: `203.0.113.7`, `10 mail.example.com`, a text without quotes. */
  value: string;
  ttl: number;
}

export interface Query {
  id: number;
  /** Lower case, without the last dot. */
  name: string;
  /** `TYPE99` for other types. */
  type: RecordType | `TYPE${number}`;
  recursion: boolean;
  /** The question as it came: a client may compare its case. */
  question: Buffer;
}

export interface Response {
  code: ResponseCode;
  records: ResourceRecord[];
  truncated?: boolean;
}

/** Null: not a query with one question. */
export function decodeQuery(message: Buffer): Query | null {
  if (message.length < 17 || message.readUInt16BE(4) !== 1 || (message[2] ?? 0) >= 0x80) return null;
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    // No pointer: there is nothing before the question to point to.
    if (length > 63 || at + 1 + length >= message.length) return null;
    labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  if (at + 5 > message.length) return null;
  const number = message.readUInt16BE(at + 1);
  const known = Object.entries(numberOfType).find(([, each]) => each === number)?.[0] as RecordType | undefined;
  return {
    id: message.readUInt16BE(0),
    name: labels.join('.'),
    type: known ?? `TYPE${number}`,
    recursion: ((message[2] ?? 0) & 1) === 1,
    question: message.subarray(12, at + 5),
  };
}

export function encodeResponse(query: Query, { code, records, truncated = false }: Response): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(query.id, 0);
  // A response, authoritative, recursion available.
  const flags = 0x8400 | 0x80 | (truncated ? 0x200 : 0) | (query.recursion ? 0x100 : 0);
  header.writeUInt16BE(flags | numberOfCode[code], 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, query.question, ...records.map(encodeRecord)]);
}

/** Throws when `value` is not valid for `type`. */
export function encodeRecord({ name, type, value, ttl }: ResourceRecord): Buffer {
  const data = dataOf(type, value);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(numberOfType[type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), fixed, data]);
}

function dataOf(type: RecordType, value: string): Buffer {
  if (type === 'A') {
    if (!isIPv4(value)) throw new Error(`"${value}" is no IPv4 address`);
    return Buffer.from(value.split('.').map(Number));
  }
  if (type === 'AAAA') return ipv6(value);
  if (type === 'MX') {
    const [, preference, host] = /^(\d+) (\S+)$/.exec(value) ?? [];
    if (host === undefined) throw new Error(`"${value}" is no MX record: write it as "10 mail.example.com"`);
    const number = Buffer.alloc(2);
    number.writeUInt16BE(Number(preference));
    return Buffer.concat([number, encodeName(host)]);
  }
  return type === 'TXT' ? strings(Buffer.from(value)) : encodeName(value);
}

function ipv6(value: string): Buffer {
  if (!isIPv6(value)) throw new Error(`"${value}" is no IPv6 address`);
  // WHATWG URLs write an IPv4 tail in hexadecimal.
  const [head = '', tail] = new URL(`http://[${value}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return Buffer.from([...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** Character strings have at most 255 bytes; a longer text is several of them. */
function strings(text: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < Math.max(1, text.length); at += 255) {
    const part = text.subarray(at, at + 255);
    parts.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat(parts);
}

function encodeName(name: string): Buffer {
  const labels = name.replace(/\.$/, '').split('.');
  const parts = labels.filter((label) => label !== '').map((label) => Buffer.from(label, 'latin1'));
  if (parts.some(({ length }) => length > 63)) throw new Error(`"${name}" has a label over 63 bytes`);
  return Buffer.concat([...parts.flatMap((part) => [Buffer.from([part.length]), part]), Buffer.from([0])]);
}
