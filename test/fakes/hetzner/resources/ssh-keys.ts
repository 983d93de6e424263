import { createHash } from 'node:crypto';
import { notUnique } from '../errors.ts';
import { created } from '../http.ts';
import type { Kind } from '../resource.ts';
import { crudRoutes, mustBeUnique } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { SshKey } from '../types.ts';
import type { World } from '../world.ts';

export function sshKeyRoutes(world: World): Routes {
  const kind: Kind<SshKey> = {
    one: 'ssh_key',
    many: 'ssh_keys',
    items: world.state.sshKeys,
    view: (key) => ({ ...key }),
    filters: { fingerprint: (key, values) => values.includes(key.fingerprint) },
    sorts: ['id', 'name'],
  };
  return {
    ...crudRoutes(world, kind),
    'POST /ssh_keys': ({ fields }) => {
      const name = fields.text('name', { max: 255 });
      const publicKey = fields.text('public_key', { like: /^\s*(ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/]+=*( .*)?\s*$/ });
      const labels = fields.labels();
      fields.check();
      mustBeUnique(kind, name);
      const fingerprint = fingerprintOf(publicKey);
      if (kind.items.all.some((key) => key.fingerprint === fingerprint)) throw notUnique('SSH key', 'public_key');
      const key = kind.items.add({ ...world.stamp(name, labels), fingerprint, public_key: publicKey });
      return created({ ssh_key: kind.view(key) });
    },
  };
}

/** MD5 of the key's bytes, as `ssh-keygen -E md5 -lf`. */
function fingerprintOf(publicKey: string): string {
  const bytes = Buffer.from(publicKey.trim().split(/\s+/)[1] ?? '', 'base64');
  const hex = createHash('md5').update(bytes).digest('hex');
  return (hex.match(/../g) ?? []).join(':');
}
