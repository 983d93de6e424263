import { statSync } from 'node:fs';

/** The user `nobody`. */
const nobody = 65_534;
const groupMayWrite = 0o020;

/**
 * Becomes `nobody` in the group of Docker's socket, if this process is root and that group may use the socket. Returns
 * a sentence about the user that it is now.
 */
export function dropPrivileges(socket: string): string {
  const { getuid, setgroups, setgid, setuid } = process;
  if (getuid?.() !== 0 || !setgroups || !setgid || !setuid) return 'runs as the user that started it';
  const { gid, mode } = statSync(socket);
  if ((mode & groupMayWrite) === 0) return `runs as root: the group of ${socket} may not use it`;
  setgroups([]);
  setgid(gid);
  setuid(nobody);
  return `runs as user ${nobody} in group ${gid}`;
}
