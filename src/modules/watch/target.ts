import type { Probe } from '../../watch-files/index.ts';

/** Returns what a probe asks, for people. Of an address without its user, password, query and fragment, which may be secrets. */
export function targetOf(probe: Probe): string {
  switch (probe.kind) {
    case 'http': {
      const { origin, pathname } = new URL(probe.url);
      return origin + pathname;
    }
    case 'tcp':
    case 'tls':
      return `${probe.host.includes(':') ? `[${probe.host}]` : probe.host}:${probe.port}`;
    case 'dns':
      return `${probe.type} ${probe.host}${probe.server === null ? '' : ` at ${probe.server}`}`;
    case 'docker':
      return probe.container;
  }
}
