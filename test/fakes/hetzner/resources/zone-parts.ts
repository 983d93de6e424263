import { notFound } from '../errors.ts';
import type { Rrset, RrsetRecord, Zone } from '../types.ts';
import type { World } from '../world.ts';

export const rrsetsOf = ({ state }: World, zone: Zone): Rrset[] =>
  state.rrsets.all.filter((set) => set.zone === zone.id);

/** By id or by name. */
export function needZone(world: World, idOrName = ''): Zone {
  const { all } = world.state.zones;
  const zone = all.find(({ id, name }) => String(id) === idOrName || name === idOrName);
  if (!zone) throw notFound('zone', idOrName);
  return zone;
}

export function makeRrset(world: World, zone: Zone, name: string, type: string, records: RrsetRecord[]): Rrset {
  const stamp = world.stamp(name);
  return { ...stamp, key: `${name}/${type}`, type, ttl: null, records, zone: zone.id, protection: { change: false } };
}
