/** Magic bytes of binary formats, by which a file is named to people instead of being matched as text. */
const formats: readonly [name: string, at: number, bytes: string | number[]][] = [
  ['a PNG image', 0, [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', 0, [0xff, 0xd8, 0xff]],
  ['a GIF image', 0, 'GIF87a'],
  ['a GIF image', 0, 'GIF89a'],
  ['a WebP image', 8, 'WEBP'],
  ['a PDF', 0, '%PDF-'],
  ['a ZIP archive or office document', 0, [0x50, 0x4b, 3, 4]],
  ['an office document', 0, [0xd0, 0xcf, 0x11, 0xe0]],
  ['a gzip archive', 0, [0x1f, 0x8b, 8]],
  ['a bzip2 archive', 0, 'BZh'],
  ['an xz archive', 0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['a zstd archive', 0, [0x28, 0xb5, 0x2f, 0xfd]],
  ['a 7z archive', 0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['a tar archive', 257, 'ustar'],
  ['a video', 4, 'ftyp'],
  ['a video', 0, [0x1a, 0x45, 0xdf, 0xa3]],
  ['a sound recording', 0, 'OggS'],
  ['a sound recording', 0, 'ID3'],
  ['a sound recording', 8, 'WAVE'],
  ['a program', 0, [0x7f, 0x45, 0x4c, 0x46]],
  ['a SQLite database', 0, 'SQLite format 3\0'],
];

/** A text may begin with printable magic bytes, too. Then the file is binary only if it has control characters. */
const printable = /^[\x20-\x7e]+$/;

/** Returns the name of a binary format; null when the bytes may be text. */
export function binaryFormat(bytes: Uint8Array): string | null {
  const found = formats.find(([, at, magic]) => {
    const wanted = typeof magic === 'string' ? [...Buffer.from(magic, 'latin1')] : magic;
    return wanted.every((byte, index) => bytes[at + index] === byte);
  });
  if (!found) return null;
  const [name, , magic] = found;
  const sure = name === 'a PDF' || typeof magic !== 'string' || !printable.test(magic);
  return sure || hasBinary(bytes.subarray(0, 1_000)) ? name : null;
}

function hasBinary(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 8 || (byte > 13 && byte < 0x1b) || byte === 0x7f);
}
