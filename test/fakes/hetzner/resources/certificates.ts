import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import type { ActionPlan } from '../actions.ts';
import { invalidInput, refused } from '../errors.ts';
import { created } from '../http.ts';
import type { Fields } from '../input.ts';
import type { Kind } from '../resource.ts';
import { crudRoutes, mustBeUnique } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Certificate, Resource } from '../types.ts';
import type { World } from '../world.ts';

const day = 86_400_000;

function usersOf({ state }: World, { id }: Certificate) {
  const users = state.loadBalancers.all.filter(({ services }) =>
    services.some(({ http }) => http?.certificates.includes(id)),
  );
  return users.map((balancer) => ({ id: balancer.id, type: 'load_balancer' }));
}

/** Those that a client uploads with their keys, and those that Hetzner gets for names in its DNS. */
export function certificateRoutes(world: World): Routes {
  const kind: Kind<Certificate> = {
    one: 'certificate',
    many: 'certificates',
    items: world.state.certificates,
    view: (certificate) => ({ ...certificate, used_by: usersOf(world, certificate) }),
    filters: { type: (certificate, values) => values.includes(certificate.type) },
    mayGo(certificate) {
      if (usersOf(world, certificate).length > 0) throw refused('resource_in_use', 'certificate is still in use');
    },
  };
  return {
    ...crudRoutes(world, kind),
    'POST /certificates': ({ fields }) => {
      const name = fields.text('name', { max: 255 });
      const type = fields.maybeText('type', { oneOf: ['uploaded', 'managed'] }) ?? 'uploaded';
      const labels = fields.labels();
      const domains = fields.list<string>('domain_names');
      if (type === 'managed' && domains.length === 0) fields.complain('domain_names', 'is required');
      const uploaded = type === 'uploaded' ? readUploaded(fields) : undefined;
      fields.check();
      mustBeUnique(kind, name);
      const stamp = world.stamp(name, labels);
      const certificate = kind.items.add(uploaded ? { ...stamp, ...uploaded } : pending(stamp, domains));
      const action = uploaded
        ? null
        : world.actions.start('create_certificate', [{ id: stamp.id, type: 'certificate' }], issue(world, certificate));
      return created({ certificate: kind.view(certificate), action });
    },
  };
}

function readUploaded(fields: Fields): Omit<Certificate, keyof Resource> {
  const text = fields.text('certificate', { max: 100_000 });
  const key = fields.text('private_key', { max: 100_000 });
  fields.check();
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(text);
    if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error('another key');
  } catch {
    throw invalidInput({ certificate: ['is no certificate in PEM, or private_key is not its key'] });
  }
  const names = (certificate.subjectAltName ?? '').split(', ').map((name) => name.replace(/^DNS:/, ''));
  return {
    type: 'uploaded',
    domain_names: names.filter(Boolean),
    certificate: text,
    fingerprint: certificate.fingerprint,
    not_valid_before: new Date(certificate.validFrom).toISOString(),
    not_valid_after: new Date(certificate.validTo).toISOString(),
    status: null,
  };
}

const pending = (stamp: Omit<Resource, 'name'> & { name: string }, domain_names: string[]): Certificate => ({
  ...stamp,
  type: 'managed',
  domain_names,
  certificate: null,
  fingerprint: null,
  not_valid_before: null,
  not_valid_after: null,
  status: { issuance: 'pending', renewal: 'unavailable', error: null },
});

/** Hetzner proves that it has the names by records in its own DNS: they must be in a primary zone of this project. */
function issue(world: World, certificate: Certificate): ActionPlan {
  const zones = world.state.zones.all.filter(({ mode }) => mode === 'primary').map(({ name }) => name);
  const inZone = (domain: string) => zones.some((zone) => domain === zone || domain.endsWith(`.${zone}`));
  const lost = certificate.domain_names.find((domain) => !inZone(domain));
  const error = { code: 'dns_zone_not_found', message: `no zone of this project has ${lost}` };
  return {
    work: lost ? Promise.reject(new Error(`${error.code}: ${error.message}`)) : undefined,
    failed: () => {
      certificate.status = { issuance: 'failed', renewal: 'unavailable', error };
    },
    effect: () => {
      certificate.status = { issuance: 'completed', renewal: 'scheduled', error: null };
      certificate.certificate = '-----BEGIN CERTIFICATE-----\nZmFrZQ==\n-----END CERTIFICATE-----\n';
      certificate.fingerprint = (randomBytes(20).toString('hex').match(/../g) as string[]).join(':');
      certificate.not_valid_before = new Date(world.now()).toISOString();
      certificate.not_valid_after = new Date(world.now() + 90 * day).toISOString();
    },
  };
}
