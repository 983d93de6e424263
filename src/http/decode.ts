import { isUtf8 } from 'node:buffer';
import { wrongByte } from '../domain/encoding.ts';
import { InvalidRequest, UltronexError } from '../domain/errors.ts';

/** The body is compressed, or in an encoding that is not known. */
class EncodingUnknown extends UltronexError {
  override readonly code = 'ERR_ENCODING_UNKNOWN';
  override readonly status = 415;
}

/** Of the WHATWG's Encoding Standard: what is called latin1 is read as its superset windows-1252. Bytes 0x80 to 0x9F. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const latin1 = /^(iso[-_]?8859-?1|iso_8859-1:1987|latin-?1|l1|windows-?1252|cp-?1252|x-cp1252|cp819|ibm819)$/i;

/**
 * A body as text: in the encoding that `charset=` names, else UTF-8, or what a byte order mark says; the mark is left out.
 * @throws InvalidRequest for bytes that are not of this encoding, naming the first one's offset; EncodingUnknown
 */
export function decodeBody(bytes: Buffer, contentType = '', contentEncoding?: string): string {
  if (contentEncoding !== undefined && !/^(identity)?$/i.test(contentEncoding.trim())) {
    throw new EncodingUnknown(
      `The body is compressed (content-encoding: ${contentEncoding.slice(0, 50)}); send it as it is, without that header.`,
    );
  }
  const charset = charsetOf(contentType);
  const encoding = markedEncoding(bytes, charset) ?? charset ?? 'utf-8';
  // ASCII is part of UTF-8, and many who say ASCII send that.
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

/** `text/plain; charset="utf-8"` → `utf-8`; null: it says none. */
function charsetOf(contentType: string): string | null {
  if (!contentType.includes(';')) return null;
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType) ?? [];
  return (quoted ?? plain ?? '').trim() || null;
}

/** UTF-16 files begin with a mark that says which of its two orders they have, whatever order the header names. */
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
