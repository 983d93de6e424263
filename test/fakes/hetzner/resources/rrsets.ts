import { isIPv4, isIPv6 } from 'node:net';
import { incorrectMode, invalidInput, notFound, notUnique, refused } from '../errors.ts';
import { created, ok } from '../http.ts';
import type { Fields } from '../input.ts';
import { listPage } from '../listing.ts';
import type { Handler, Routes } from '../router.ts';
import type { Json, Rrset, RrsetRecord, Zone } from '../types.ts';
import type { World } from '../world.ts';
import { makeRrset, needZone, rrsetsOf } from './zone-parts.ts';

const types = 'A AAAA CAA CNAME DS HINFO HTTPS MX NS PTR RP SOA SRV SVCB TLSA TXT'.split(' ');
const label = /^(@|\*|(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)$/;
const ttl = { min: 60, max: 2_147_483_647 };

function view({ key, created: _, ...set }: Rrset): Json {
  return { ...set, id: key };
}

export function rrsetRoutes(world: World): Routes {
  const { rrsets } = world.state;
  const find = (zone: Zone, name = '', type = '') => rrsetsOf(world, zone).find(({ key }) => key === `${name}/${type}`);
  const primary = (idOrName: string | undefined): Zone => {
    const zone = needZone(world, idOrName);
    if (zone.mode !== 'primary') throw incorrectMode();
    return zone;
  };
  const start = (zone: Zone, command: string, effect?: () => void) =>
    world.actions.start(command, [{ id: zone.id, type: 'zone' }], { effect });
  const one = 'zones/{zone}/rrsets/{name}/{type}';

  /** A change of the records, which a protected set refuses. */
  const change = (command: string, prepare: (set: Rrset, fields: Fields) => () => void): Handler => {
    return ({ params, fields }) => {
      const zone = primary(params.zone);
      const set = find(zone, params.name, params.type);
      if (!set) throw notFound('rrset', `${params.name}/${params.type}`);
      if (set.protection.change && command !== 'change_rrset_protection')
        throw refused('protected', 'rrset is protected', 423);
      const effect = prepare(set, fields);
      fields.check();
      return created({ action: start(zone, command, effect) });
    };
  };

  return {
    'GET /zones/{zone}/rrsets': ({ params, query }) =>
      ok(
        listPage('rrsets', rrsetsOf(world, needZone(world, params.zone)), query, view, {
          sorts: ['id', 'name', 'type'],
          filters: { type: (set, values) => values.includes(set.type) },
        }),
      ),
    'POST /zones/{zone}/rrsets': ({ params, fields }) => {
      const zone = primary(params.zone);
      const name = fields.text('name', { like: label });
      const type = fields.text('type', { oneOf: types });
      const seconds = fields.maybeWhole('ttl', ttl) ?? null;
      const labels = fields.labels() ?? {};
      const records = readRecords(fields, type);
      fields.check();
      if (find(zone, name, type)) throw notUnique(`rrset ${name}/${type}`);
      const set = rrsets.add({ ...makeRrset(world, zone, name, type, records), ttl: seconds, labels });
      return created({ rrset: view(set), action: start(zone, 'create_rrset') });
    },
    [`GET /${one}`]: ({ params }) => {
      const set = find(needZone(world, params.zone), params.name, params.type);
      if (!set) throw notFound('rrset', `${params.name}/${params.type}`);
      return ok({ rrset: view(set) });
    },
    [`PUT /${one}`]: ({ params, fields }) => {
      const set = find(primary(params.zone), params.name, params.type);
      if (!set) throw notFound('rrset', `${params.name}/${params.type}`);
      const labels = fields.labels();
      fields.check();
      if (labels) set.labels = labels;
      return ok({ rrset: view(set) });
    },
    [`DELETE /${one}`]: change('delete_rrset', (set) => {
      // Gone at once: the next GET must not find it, as in the real API.
      rrsets.remove(set);
      return () => undefined;
    }),
    [`POST /${one}/actions/change_protection`]: change('change_rrset_protection', (set, fields) => {
      const wanted = fields.flag('change', set.protection.change);
      return () => void Object.assign(set.protection, { change: wanted });
    }),
    [`POST /${one}/actions/change_ttl`]: change('change_rrset_ttl', (set, fields) => {
      const wanted = fields.maybeWhole('ttl', ttl) ?? null;
      return () => void Object.assign(set, { ttl: wanted });
    }),
    [`POST /${one}/actions/set_records`]: change('set_rrset_records', (set, fields) => {
      const records = readRecords(fields, set.type);
      return () => void Object.assign(set, { records });
    }),
    [`POST /${one}/actions/add_records`]: ({ params, fields }) => {
      const zone = primary(params.zone);
      const { name = '', type = '' } = params;
      const records = readRecords(fields, type);
      fields.check();
      const set = find(zone, name, type) ?? rrsets.add(makeRrset(world, zone, name, type, []));
      if (set.protection.change) throw refused('protected', 'rrset is protected', 423);
      if (records.some(({ value }) => set.records.some((known) => known.value === value))) throw notUnique('record');
      return created({ action: start(zone, 'add_rrset_records', () => void set.records.push(...records)) });
    },
    [`POST /${one}/actions/remove_records`]: change('remove_rrset_records', (set, fields) => {
      const values = readRecords(fields, set.type).map(({ value }) => value);
      if (values.some((value) => !set.records.some((known) => known.value === value))) {
        throw invalidInput({ records: ['are not all in this rrset'] });
      }
      return () => {
        set.records = set.records.filter(({ value }) => !values.includes(value));
        if (set.records.length === 0) rrsets.remove(set);
      };
    }),
  };
}

function readRecords(fields: Fields, type: string): RrsetRecord[] {
  const sent = fields.list<Partial<RrsetRecord>>('records');
  if (sent.length === 0) fields.complain('records', 'is required');
  return sent.map(({ value, comment }, at) => {
    const wrong = recordProblem(type, value);
    if (wrong) fields.complain(`records.${at}.value`, wrong);
    return { value: String(value), comment: comment ?? '' };
  });
}

function recordProblem(type: string, value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return 'is required';
  if (type === 'A' && !isIPv4(value)) return 'must be an IPv4 address';
  if (type === 'AAAA' && !isIPv6(value)) return 'must be an IPv6 address';
  if (type === 'TXT' && !/^("[^"]{0,255}"\s*)+$/.test(value)) return 'must be quoted';
  return undefined;
}
