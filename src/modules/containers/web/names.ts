import type { Container, ContainerList } from './api.ts';

/** Returns the label of a container: its service, else its name. */
export const label = ({ name, service }: Container) => service || name;

/** Returns whether the name adds nothing to the label: Compose makes `ultronex-haproxy-1` from `haproxy`. */
export const isUsual = ({ name, service }: Container) => !service || name === service || name.endsWith(`-${service}-1`);

/**
 * Removes networks without containers, such as `none` and `host`, and Compose's prefix of network names (`ultronex_app`) if
 * most have it.
 */
export function forPeople(list: ContainerList): ContainerList {
  const networks = list.networks.filter(({ containers }) => containers.length > 0);
  const prefixes = networks.map(({ name }) => name.slice(0, name.indexOf('_') + 1)).filter(Boolean);
  const count = (prefix: string) => prefixes.filter((each) => each === prefix).length;
  const prefix = prefixes.find((each) => count(each) > networks.length / 2) ?? '';
  const full = new Set(networks.map(({ name }) => name));
  const short = (name: string) => {
    const rest = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    return full.has(rest) || !rest ? name : rest;
  };
  return {
    ...list,
    networks: networks
      .map((network) => ({ ...network, name: short(network.name) }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    containers: list.containers.map((each) => ({ ...each, networks: each.networks.map(short).sort() })),
  };
}
