import { createHash } from 'node:crypto';

/** Returns the SHA-256 of a text or of bytes, 43 characters: as a key of what may have any length. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('base64url');
