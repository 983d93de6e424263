import { errorCode } from '../lib/error-code.ts';
/** Describes a file system error for people: `the disk is full (ENOSPC)`. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  const reason = reasons[code];
  return reason === undefined ? (error as Error).message : `${reason} (${code})`;
}

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of this user is used up',
  EFBIG: 'files may not grow that large',
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write or read there',
  EPERM: 'it belongs to another user',
  EIO: 'the disk has an error',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'part of the path is a file',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links go round in a circle',
  ENXIO: 'it is a socket or a device',
};
