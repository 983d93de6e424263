import type { Actions } from './actions.ts';
import { createActions } from './actions.ts';
import { balancerTypes, locations, serverTypes, systemImages } from './catalog.ts';
import type { Range } from './cidr.ts';
import { freeIpv4, parseRange } from './cidr.ts';
import type { Collection } from './collection.ts';
import { createCollection } from './collection.ts';
import { refused } from './errors.ts';
import type { FakeHetznerOptions, Hooks } from './fake-hetzner.ts';
import type { Faults } from './faults.ts';
import type * as kinds from './types.ts';

export interface State {
  readonly sshKeys: Collection<kinds.SshKey>;
  readonly firewalls: Collection<kinds.Firewall>;
  readonly networks: Collection<kinds.Network>;
  readonly primaryIps: Collection<kinds.PrimaryIp>;
  readonly images: Collection<kinds.Image>;
  readonly servers: Collection<kinds.Server>;
  readonly volumes: Collection<kinds.Volume>;
  readonly placementGroups: Collection<kinds.PlacementGroup>;
  readonly loadBalancers: Collection<kinds.LoadBalancer>;
  readonly certificates: Collection<kinds.Certificate>;
  readonly zones: Collection<kinds.Zone>;
  readonly rrsets: Collection<kinds.Rrset>;
  readonly locations: Collection<kinds.Location>;
  readonly serverTypes: Collection<kinds.ServerType>;
  readonly balancerTypes: Collection<kinds.BalancerType>;
  readonly actions: kinds.Action[];
}

/** Everything that exists in the fake project, and what makes new things. */
export interface World {
  readonly state: State;
  readonly actions: Actions;
  readonly now: () => number;
  readonly datacenters: boolean;
  readonly hooks: Hooks;
  nextId(): number;
  /** When a new thing was made: never the same second twice, so that sorting by it is sure. */
  nextCreated(): string;
  /** id, name, labels, created of a new thing. */
  stamp<N extends string | null>(name: N, labels?: kinds.Labels): Omit<kinds.Resource, 'name'> & { name: N };
  nextAddress(type: 'ipv4' | 'ipv6'): string;
}

export function createWorld(options: FakeHetznerOptions, faults: Faults): World {
  const now = options.now ?? Date.now;
  let lastId = 1000;
  let lastCreatedS = 0;
  let lastIpv6 = 0;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };
  const actions = createActions({ nextId, now, polls: options.actionPolls ?? 1, faults });
  const state: State = {
    sshKeys: createCollection(),
    firewalls: createCollection(),
    networks: createCollection(),
    primaryIps: createCollection(),
    images: createCollection(systemImages()),
    servers: createCollection(),
    volumes: createCollection(),
    placementGroups: createCollection(),
    loadBalancers: createCollection(),
    certificates: createCollection(),
    zones: createCollection(),
    rrsets: createCollection(),
    locations: createCollection(locations),
    serverTypes: createCollection(serverTypes()),
    balancerTypes: createCollection(balancerTypes),
    actions: actions.all,
  };
  const range = parseRange(options.ipv4Range ?? '203.0.113.0/24') as Range | undefined;
  if (range?.family !== 4)
    throw new Error(`ipv4Range ${options.ipv4Range} is no IPv4 network. Give one as 203.0.113.0/24`);
  const used = new Set<string>();

  const world: World = {
    state,
    actions,
    now,
    datacenters: options.datacenters ?? false,
    hooks: options,
    nextId,
    nextCreated() {
      lastCreatedS = Math.max(lastCreatedS + 1, Math.floor(now() / 1000));
      return new Date(lastCreatedS * 1000).toISOString().replace('.000Z', 'Z');
    },
    stamp: (name, labels = {}) => ({ id: nextId(), name, labels, created: world.nextCreated() }),
    nextAddress(type) {
      if (type === 'ipv6') {
        lastIpv6 += 1;
        return `2001:db8:${lastIpv6.toString(16)}::/64`;
      }
      const balancers = state.loadBalancers.all.map(({ public_net }) => public_net.ipv4.ip);
      const taken = new Set([...state.primaryIps.all.map(({ ip }) => ip), ...balancers]);
      const address = freeIpv4(range, new Set([...used, ...taken]), 10n) ?? freeIpv4(range, taken, 10n);
      if (!address) throw refused('resource_limit_exceeded', 'no free IPv4 address is left', 403);
      used.add(address);
      return address;
    },
  };
  return world;
}
