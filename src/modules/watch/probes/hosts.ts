import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isIP } from 'node:net';

/** More of the file is not read. */
const mostHostsBytes = 4 * 1024 * 1024;

/**
 * Returns a function that finds the addresses of a name in a file such as /etc/hosts (hosts(5)), which c-ares does not look
 * at. The file is read again when it has changed. Reading is synchronous: the file is small and local, and `fs.promises`
 * would wait for libuv's pool.
 */
export function createHosts(file: string): (name: string) => readonly string[] {
  let readFrom = '';
  let names = new Map<string, string[]>();

  function refresh(): void {
    let handle: number | null = null;
    try {
      handle = openSync(file, 'r');
      const { ino, size, mtimeMs } = fstatSync(handle);
      const version = `${ino} ${size} ${mtimeMs}`;
      if (version === readFrom) return;
      const bytes = Buffer.alloc(Math.min(size, mostHostsBytes));
      names = parse(bytes.toString('utf8', 0, readSync(handle, bytes, 0, bytes.length, 0)));
      readFrom = version;
    } catch {
      // No such file: a system without one, or a container from scratch.
      readFrom = '';
      names = new Map();
    } finally {
      if (handle !== null) closeSync(handle);
    }
  }

  return (name) => {
    refresh();
    return names.get(name.toLowerCase()) ?? [];
  };
}

function parse(text: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const alias of aliases) {
      const name = alias.toLowerCase().replace(/\.$/, '');
      names.set(name, [...(names.get(name) ?? []), address]);
    }
  }
  return names;
}
