import type { Container, ContainerList } from '../../containers-api.ts';

/** Traffic and networks name a container by its name or its service. */
export const named = (key: string) => (container: Container) => container.name === key || container.service === key;

/** What to call it: the service. */
export const label = (container: Container) => container.service || container.name;

/** Whether compose made the name from the service, so that it says nothing more: `ultronex-haproxy-1`. */
export const isUsual = ({ name, service }: Container) => name === service || name.endsWith(`-${service}-1`);

/** Compose puts the project before each network: `ultronex_app`. Where most do, it is left out. */
export function withShortNetworks(list: ContainerList): ContainerList {
  const prefixes = list.networks.map(({ name }) => name.slice(0, name.indexOf('_') + 1)).filter(Boolean);
  const count = (prefix: string) => prefixes.filter((each) => each === prefix).length;
  const prefix = prefixes.find((each) => count(each) > list.networks.length / 2) ?? '';
  const full = new Set(list.networks.map(({ name }) => name));
  const short = (name: string) => {
    const rest = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    return full.has(rest) || !rest ? name : rest;
  };
  return {
    ...list,
    networks: list.networks.map((network) => ({ ...network, name: short(network.name) })),
    containers: list.containers.map((each) => ({ ...each, networks: each.networks.map(short) })),
  };
}
