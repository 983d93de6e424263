import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';

const read = (file: string) => readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');
const terraform = read('terraform/keys.tf');
const sshd = read('ansible/roles/base/templates/sshd.conf.j2');
const setting = (name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(sshd)?.[1] ?? '';

describe('keys for ssh', () => {
  it('sshd takes the types that Terraform takes, and no others; RSA with SHA-2 alone', () => {
    const [, table = ''] = /ssh_key_types = \{\n(.*?)\n {2}\}/s.exec(terraform) ?? [];
    const types = [...table.matchAll(/^\s+"([^"]+)" +=/gm)].map(([, type = '']) => type);
    assert.ok(types.length >= 7, `found ${types.length} types`);
    const algorithms = types.flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type]));
    assert.deepEqual(setting('PubkeyAcceptedAlgorithms').split(',').sort(), algorithms.sort());
  });

  it('both take RSA keys from the same length on', () => {
    assert.equal(setting('RequiredRSASize'), /ssh_rsa_bits\s+= (\d+)/.exec(terraform)?.[1]);
  });

  it('an agent may offer six keys, as OpenSSH has it', () => {
    assert.equal(setting('MaxAuthTries'), '6');
  });
});
