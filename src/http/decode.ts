import { isUtf8 } from 'node:buffer';
import { wrongByte } from '../domain/encoding.ts';
import { InvalidRequest, UltronexError } from '../domain/errors.ts';

/** The body is compressed, or in an unknown character encoding. */
class EncodingUnknown extends UltronexError {
  override readonly code = 'ERR_ENCODING_UNKNOWN';
  override readonly status = 415;
}

/**
 * Bytes 0x80 to 0x9F of windows-1252. The WHATWG's Encoding Standard decodes everything labelled latin1 as windows-1252,
 * its superset.
 */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const latin1 = /^(iso[-_]?8859-?1|iso_8859-1:1987|latin-?1|l1|windows-?1252|cp-?1252|x-cp1252|cp819|ibm819)$/i;

/**
 * Decodes a body as `charset=` says, or as UTF-8; a byte order mark of UTF-16 counts too. The mark is removed.
 * @throws InvalidRequest for bytes that the encoding does not have, with the offset of the first; EncodingUnknown
 */
export function decodeBody(bytes: Buffer, contentType = '', contentEncoding?: string): string {
  if (contentEncoding !== undefined && !/^(identity)?$/i.test(contentEncoding.trim())) {
    throw new EncodingUnknown(
      `The body is compressed (content-encoding: ${contentEncoding.slice(0, 50)}); send it as it is, without that header.`,
    );
  }
  const charset = charsetOf(contentType);
  const encoding = markedEncoding(bytes, charset) ?? charset ?? 'utf-8';
  // ASCII is a subset of UTF-8, and many senders that say ASCII send UTF-8.
  if (encoding === 'utf-8' || /^(utf-?8|(us-)?ascii)$/i.test(encoding)) {
    if (!isUtf8(bytes)) throw notOfEncoding(bytes, 'utf-8', 'UTF-8');
    const text = bytes.toString('utf8');
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }
  if (latin1.test(encoding)) {
    return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (unit) => windows1252[unit.charCodeAt(0) - 0x80] ?? unit);
  }
  const decoder = decoderFor(encoding);
  try {
    return decoder.decode(bytes);
  } catch {
    throw notOfEncoding(bytes, encoding, encoding);
  }
}

/** `text/plain; charset="utf-8"` → `utf-8`; null without a charset. */
function charsetOf(contentType: string): string | null {
  if (!contentType.includes(';')) return null;
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType) ?? [];
  return (quoted ?? plain ?? '').trim() || null;
}

/** Returns the byte order that a mark of UTF-16 names; it takes precedence over that of the header. */
function markedEncoding(bytes: Buffer, charset: string | null): string | null {
  if (charset !== null && !/^(utf-?16(le|be)?|unicode|ucs-2)$/i.test(charset)) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

function decoderFor(encoding: string) {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new EncodingUnknown(
      `The encoding "${encoding.slice(0, 50)}" is not known; send UTF-8, or one of the WHATWG's Encoding Standard such as utf-16, windows-1252 or shift_jis.`,
    );
  }
}

function notOfEncoding(bytes: Buffer, label: string, name: string): InvalidRequest {
  const { offset, byte } = wrongByte(bytes, label);
  return new InvalidRequest(
    'body',
    `the body is not ${name}: byte ${byte} at offset ${offset}; convert it, or name its encoding as in "content-type: text/plain; charset=windows-1252"`,
  );
}
