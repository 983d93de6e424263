import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeHetzner, FakeHetznerOptions } from './fake-hetzner.ts';
import { createFaults } from './faults.ts';
import { createLimiter } from './limits.ts';
import { actionRoutes } from './resources/actions.ts';
import { balancerActionRoutes } from './resources/balancer-actions.ts';
import { catalogRoutes } from './resources/catalog.ts';
import { certificateRoutes } from './resources/certificates.ts';
import { firewallRoutes } from './resources/firewalls.ts';
import { imageRoutes } from './resources/images.ts';
import { loadBalancerRoutes } from './resources/load-balancers.ts';
import { networkRoutes } from './resources/networks.ts';
import { placementGroupRoutes } from './resources/placement-groups.ts';
import { primaryIpRoutes } from './resources/primary-ips.ts';
import { rrsetRoutes } from './resources/rrsets.ts';
import { serverRoutes } from './resources/servers.ts';
import { sshKeyRoutes } from './resources/ssh-keys.ts';
import { volumeRoutes } from './resources/volumes.ts';
import { zoneRoutes } from './resources/zones.ts';
import type { Routes } from './router.ts';
import { createRouter } from './router.ts';
import { createServe } from './serve.ts';
import type { FakeCall } from './types.ts';
import type { World } from './world.ts';
import { createWorld } from './world.ts';

export type { FakeHetzner, FakeHetznerOptions, ServerStart } from './fake-hetzner.ts';
export type { FaultSpec, Faults } from './faults.ts';
export type { Machines } from './machines.ts';
export { createMachines } from './machines.ts';
export type * from './types.ts';
export type { State } from './world.ts';

/** `GET /servers/{id}` and every other route there is. */
export const allRoutes = (world: World): Routes => ({
  ...actionRoutes(world),
  ...catalogRoutes(world),
  ...sshKeyRoutes(world),
  ...firewallRoutes(world),
  ...networkRoutes(world),
  ...primaryIpRoutes(world),
  ...imageRoutes(world),
  ...placementGroupRoutes(world),
  ...serverRoutes(world),
  ...volumeRoutes(world),
  ...loadBalancerRoutes(world),
  ...balancerActionRoutes(world),
  ...certificateRoutes(world),
  ...zoneRoutes(world),
  ...rrsetRoutes(world),
});

/** Starts a Hetzner Cloud API of our own. Facts: https://docs.hetzner.cloud and what its clients expect. */
export async function startFakeHetzner(options: FakeHetznerOptions): Promise<FakeHetzner> {
  const { token, host = '127.0.0.1', latencyMs = 0, now = Date.now } = options;
  const faults = createFaults(options.faults);
  const world = createWorld(options, faults);
  const calls: FakeCall[] = [];
  const stopping = new AbortController();
  const router = createRouter(allRoutes(world));
  const limiter = createLimiter(options.requestsPerHour, now);
  const serve = createServe({ token, latencyMs, now, calls, faults, limiter, router, stop: stopping.signal });
  const server = createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${reachable}:${(server.address() as AddressInfo).port}/v1`,
    state: world.state,
    calls,
    faults,
    callsOf: (method, path) => calls.filter((call) => call.method === method && call.path === path),
    async stop() {
      stopping.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
