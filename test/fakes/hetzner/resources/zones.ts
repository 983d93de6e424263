import { incorrectMode, invalidInput } from '../errors.ts';
import { created, ok } from '../http.ts';
import { listPage } from '../listing.ts';
import type { Kind } from '../resource.ts';
import { mustBeUnique, refuseProtected } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Action, Json, Zone } from '../types.ts';
import type { World } from '../world.ts';
import { makeRrset, needZone, rrsetsOf } from './zone-parts.ts';

const nameservers = ['hydrogen.ns.hetzner.com.', 'oxygen.ns.hetzner.com.', 'helium.ns.hetzner.de.'];
const domain = /^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const ttl = { min: 60, max: 2_147_483_647 };

export function zoneKind(world: World): Kind<Zone> {
  return {
    one: 'zone',
    many: 'zones',
    items: world.state.zones,
    view: (zone): Json => ({
      ...zone,
      authoritative_nameservers: {
        assigned: nameservers,
        delegated: nameservers,
        delegation_last_check: zone.created,
        delegation_status: 'valid',
      },
      record_count: rrsetsOf(world, zone).reduce((sum, { records }) => sum + records.length, 0),
      registrar: 'other',
      status: 'ok',
    }),
    filters: { mode: (zone, values) => values.includes(zone.mode) },
  };
}

export function zoneRoutes(world: World): Routes {
  const kind = zoneKind(world);
  const act = (zone: Zone, command: string, effect?: () => void): Action =>
    world.actions.start(command, [{ id: zone.id, type: 'zone' }], { effect });
  return {
    'GET /zones': ({ query }) => ok(listPage('zones', kind.items.all, query, kind.view, kind)),
    'GET /zones/{zone}': ({ params }) => ok({ zone: kind.view(needZone(world, params.zone)) }),
    'POST /zones': ({ fields }) => {
      const name = fields.text('name', { like: domain });
      const mode = fields.text('mode', { oneOf: ['primary', 'secondary'] }) as Zone['mode'];
      const seconds = fields.maybeWhole('ttl', ttl) ?? 3600;
      const labels = fields.labels();
      const primaries = fields.list('primary_nameservers').map((one) => ({ port: 53, ...one }));
      if (mode === 'secondary' && primaries.length === 0) fields.complain('primary_nameservers', 'is required');
      fields.check();
      mustBeUnique(kind, name);
      const open = { mode, ttl: seconds, primary_nameservers: primaries, protection: { delete: false } };
      const zone = kind.items.add({ ...world.stamp(name, labels), ...open });
      const soa = `${nameservers[0]} dns.hetzner.com. 2026010100 86400 10800 3600000 3600`;
      world.state.rrsets.add(makeRrset(world, zone, '@', 'SOA', [{ value: soa, comment: '' }]));
      const servers = nameservers.map((value) => ({ value, comment: '' }));
      world.state.rrsets.add(makeRrset(world, zone, '@', 'NS', servers));
      return created({ zone: kind.view(zone), action: act(zone, 'create_zone') });
    },
    'PUT /zones/{zone}': ({ params, fields }) => {
      const zone = needZone(world, params.zone);
      const labels = fields.labels();
      fields.check();
      if (labels) zone.labels = labels;
      return ok({ zone: kind.view(zone) });
    },
    'DELETE /zones/{zone}': ({ params }) => {
      const zone = needZone(world, params.zone);
      refuseProtected('zone', zone);
      kind.items.remove(zone);
      for (const set of rrsetsOf(world, zone)) world.state.rrsets.remove(set);
      return created({ action: act(zone, 'delete_zone') });
    },
    'GET /zones/{zone}/actions': ({ params, query }) => {
      const about = world.actions.of('zone', needZone(world, params.zone).id);
      return ok(
        listPage('actions', about, query, (action) => ({ ...world.actions.look(action) }), { sorts: ['id', 'status'] }),
      );
    },
    'POST /zones/{zone}/actions/change_ttl': ({ params, fields }) => {
      const zone = needZone(world, params.zone);
      if (zone.mode !== 'primary') throw incorrectMode();
      const seconds = fields.whole('ttl', ttl);
      fields.check();
      return created({ action: act(zone, 'change_ttl', () => void Object.assign(zone, { ttl: seconds })) });
    },
    'POST /zones/{zone}/actions/change_protection': ({ params, fields }) => {
      const zone = needZone(world, params.zone);
      const wanted = fields.flag('delete', zone.protection.delete);
      fields.check();
      return created({
        action: act(zone, 'change_protection', () => void Object.assign(zone.protection, { delete: wanted })),
      });
    },
    'POST /zones/{zone}/actions/change_primary_nameservers': ({ params, fields }) => {
      const zone = needZone(world, params.zone);
      if (zone.mode !== 'secondary') throw incorrectMode();
      const wanted = fields.list('primary_nameservers');
      if (wanted.length === 0) throw invalidInput({ primary_nameservers: ['is required'] });
      return created({
        action: act(
          zone,
          'change_primary_nameservers',
          () => void Object.assign(zone, { primary_nameservers: wanted }),
        ),
      });
    },
  };
}
