import { price, prices } from '../catalog.ts';
import { ApiError, notFound } from '../errors.ts';
import { ok } from '../http.ts';
import { listPage } from '../listing.ts';
import type { Routes } from '../router.ts';
import type { Json, Location, ServerType } from '../types.ts';
import type { World } from '../world.ts';

const hoursPerMonth = 730;

export function priceOf(type: ServerType): Json[] {
  return Object.keys(type.available).map((location) => ({
    location,
    price_monthly: price(type.monthly),
    price_hourly: price(type.monthly / hoursPerMonth),
    included_traffic: 20 * 1024 ** 4,
    price_per_tb_traffic: price(prices.perTb),
  }));
}

export function serverTypeView(world: World, type: ServerType): Json {
  const { available, monthly: _, ...said } = type;
  return {
    ...said,
    description: type.name.toUpperCase(),
    storage_type: 'local',
    deprecated: type.deprecation !== null,
    prices: priceOf(type),
    locations: Object.entries(available).map(([name, canBeOrdered]) => ({
      id: world.state.locations.all.find((location) => location.name === name)?.id ?? 0,
      name,
      available: canBeOrdered && !type.deprecation,
      recommended: canBeOrdered && !type.deprecation,
      deprecation: type.deprecation,
    })),
  };
}

/** What old clients expect of a data centre; the API itself answers 410 since October 2026. */
export function datacenterView(world: World, location: Location): Json {
  const sold = world.state.serverTypes.all.filter(({ available }) => available[location.name] !== undefined);
  const ids = sold.map(({ id }) => id);
  return {
    id: location.id,
    name: `${location.name}-dc1`,
    description: `${location.city} 1 virtual DC 1`,
    location,
    server_types: { supported: ids, available: ids, available_for_migration: ids },
  };
}

export function catalogRoutes(world: World): Routes {
  const { serverTypes, locations } = world.state;
  const type = (item: ServerType) => serverTypeView(world, item);
  const plain = (item: Location): Json => ({ ...item });
  const removed = () => {
    if (!world.datacenters)
      throw new ApiError('deprecated_api_endpoint', 'datacenters were removed, use locations', 410);
  };
  const datacenter = (location: Location) => datacenterView(world, location);
  return {
    'GET /server_types': ({ query }) => ok(listPage('server_types', serverTypes.all, query, type)),
    'GET /server_types/{id}': ({ params: { id = '' } }) => {
      const found = serverTypes.get(Number(id));
      if (!found) throw notFound('server_type', id);
      return ok({ server_type: type(found) });
    },
    'GET /locations': ({ query }) => ok(listPage('locations', locations.all, query, plain)),
    'GET /locations/{id}': ({ params: { id = '' } }) => {
      const found = locations.get(Number(id));
      if (!found) throw notFound('location', id);
      return ok({ location: plain(found) });
    },
    'GET /datacenters': ({ query }) => {
      removed();
      const named = locations.all.map((location) => ({ ...location, name: `${location.name}-dc1` }));
      return ok(listPage('datacenters', named, query, ({ id }) => datacenter(locations.get(id) as Location)));
    },
    'GET /datacenters/{id}': ({ params: { id = '' } }) => {
      removed();
      const found = locations.get(Number(id));
      if (!found) throw notFound('datacenter', id);
      return ok({ datacenter: datacenter(found) });
    },
    'GET /pricing': () => ok({ pricing: pricing(world) }),
  };
}

function pricing({ state }: World): Json {
  const everywhere = (net: number) =>
    state.locations.all.map(({ name }) => ({
      location: name,
      price_monthly: price(net),
      price_hourly: price(net / hoursPerMonth),
    }));
  return {
    currency: 'EUR',
    vat_rate: ((prices.vatRate - 1) * 100).toFixed(10),
    image: { price_per_gb_month: price(prices.imagePerGb) },
    volume: { price_per_gb_month: price(prices.volumePerGb) },
    server_backup: { percentage: prices.backupPercent.toFixed(10) },
    floating_ip: { price_monthly: price(3) },
    floating_ips: [],
    load_balancer_types: [],
    primary_ips: [
      { type: 'ipv4', prices: everywhere(prices.primaryIpv4) },
      { type: 'ipv6', prices: everywhere(0) },
    ],
    server_types: state.serverTypes.all.map((type) => ({ id: type.id, name: type.name, prices: priceOf(type) })),
  };
}
