import type { BalancerType, Image, Location, ServerType } from './types.ts';

/** What can be ordered, as of autumn 2026. Tests change it through `state.serverTypes`. */

const place = (
  id: number,
  name: string,
  city: string,
  country: string,
  zone: string,
  at: [number, number],
): Location => ({
  id,
  name,
  description: `${city} DC Park 1`,
  country,
  city,
  latitude: at[0],
  longitude: at[1],
  network_zone: zone,
});

export const locations: readonly Location[] = [
  place(1, 'fsn1', 'Falkenstein', 'DE', 'eu-central', [50.47612, 12.370071]),
  place(2, 'nbg1', 'Nuremberg', 'DE', 'eu-central', [49.452102, 11.076665]),
  place(3, 'hel1', 'Helsinki', 'FI', 'eu-central', [60.169855, 24.938379]),
  place(4, 'ash', 'Ashburn, VA', 'US', 'us-east', [39.045821, -77.487073]),
  place(5, 'hil', 'Hillsboro, OR', 'US', 'us-west', [45.54222, -122.951924]),
  place(6, 'sin', 'Singapore', 'SG', 'ap-southeast', [1.283333, 103.833333]),
];

const europe = (available: boolean) => ({ fsn1: available, nbg1: available, hel1: available });
const endOfCx22 = { announced: '2025-10-16T06:00:00Z', unavailable_after: '2025-12-31T23:59:59Z' };

type Size = [name: string, cores: number, memory: number, disk: number, monthly: number];
const x86 = { cpu_type: 'shared', architecture: 'x86', deprecation: null } as const;
const type = (
  id: number,
  [name, cores, memory, disk, monthly]: Size,
  rest: Omit<ServerType, keyof SizeFields | 'id'>,
) => ({
  id,
  name,
  cores,
  memory,
  disk,
  monthly,
  ...rest,
});
type SizeFields = Pick<ServerType, 'name' | 'cores' | 'memory' | 'disk' | 'monthly'>;

/** A fresh copy for every fake, because tests make types available and unavailable. */
export function serverTypes(): ServerType[] {
  const cost = { category: 'cost_optimized' };
  const regular = { category: 'regular_purpose' };
  const arm = { ...cost, cpu_type: 'shared', architecture: 'arm', deprecation: null } as const;
  return [
    type(104, ['cx22', 2, 4, 40, 3.79], { ...x86, ...cost, available: europe(false), deprecation: endOfCx22 }),
    type(114, ['cx23', 2, 4, 40, 5.49], { ...x86, ...cost, available: europe(false) }),
    type(115, ['cx33', 4, 8, 80, 8.49], { ...x86, ...cost, available: europe(false) }),
    type(45, ['cax11', 2, 4, 40, 5.99], { ...arm, available: europe(false) }),
    type(22, ['cpx11', 2, 2, 40, 17.49], { ...x86, ...regular, available: { ash: true, hil: true } }),
    type(108, ['cpx12', 1, 2, 40, 11.49], { ...x86, ...regular, available: { ...europe(true), sin: true } }),
    type(109, ['cpx22', 2, 4, 80, 19.49], { ...x86, ...regular, available: { ...europe(true), sin: true } }),
  ];
}

export const balancerTypes: readonly BalancerType[] = [
  { id: 1, name: 'lb11', maxTargets: 25, maxServices: 5, monthly: 7.49 },
  { id: 2, name: 'lb21', maxTargets: 75, maxServices: 15, monthly: 16.49 },
];

const system = (id: number, name: string, architecture: Image['architecture'], deprecated: string | null): Image => {
  const [flavor = '', version = ''] = name.split('-');
  return {
    id,
    type: 'system',
    status: 'available',
    name,
    description: `${flavor[0]?.toUpperCase()}${flavor.slice(1)} ${version}`,
    image_size: null,
    disk_size: 5,
    created: '2026-01-15T09:00:00Z',
    created_from: null,
    bound_to: null,
    os_flavor: flavor,
    os_version: version,
    architecture,
    rapid_deploy: true,
    protection: { delete: false },
    deprecated,
    labels: {},
  };
};

export const systemImages = (): Image[] => [
  system(45557056, 'debian-11', 'x86', '2026-06-30T00:00:00Z'),
  system(114690387, 'debian-12', 'x86', null),
  system(310557660, 'debian-13', 'x86', null),
  system(310557661, 'debian-13', 'arm', null),
  system(161547269, 'ubuntu-24.04', 'x86', null),
];

const vatRate = 1.19;
export const price = (net: number) => ({ net: net.toFixed(10), gross: (net * vatRate).toFixed(10) });

export const prices = {
  vatRate,
  volumePerGb: 0.0572,
  imagePerGb: 0.0143,
  primaryIpv4: 0.5,
  backupPercent: 20,
  perTb: 1,
};
