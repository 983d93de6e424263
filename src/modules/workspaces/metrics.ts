import { Counter, Gauge, type Registry } from 'prom-client';
import type { Installer, RefreshOutcome } from '../../ports/installer.ts';
import type { Busiest } from './busiest.ts';

const refreshOutcomes: readonly RefreshOutcome[] = ['done', 'failed', 'refused', 'unopened'];
const installEnds = [
  ...(['installed', 'again', 'home', 'other_app', 'refused', 'unanswered'] as const),
  ...(['unsaved', 'store_away', 'cancelled', 'wrong_state'] as const),
] as const;
export type InstallEnd = (typeof installEnds)[number];

/** Metrics of the module `workspaces`. */
export function defineWorkspaceMetrics(registry: Registry, counts: Installer['counts'], busiest: Busiest) {
  const gauge = (name: string, help: string, field: 'all' | 'troubled' | 'unopened') =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        const known = counts();
        // Not counted yet is not none: an alert compares with the least of the last day.
        if (known === null) this.remove();
        else this.set(known[field]);
      },
    });
  gauge('ultronex_workspaces', 'Workspaces that installed the app, as of the last minute.', 'all');
  gauge('ultronex_workspaces_troubled', 'Of these: Slack refuses the token, or it cannot be refreshed.', 'troubled');
  gauge('ultronex_workspaces_unopened', 'Of these: no key of TOKEN_KEYS decrypts the token.', 'unopened');
  new Gauge({
    name: 'ultronex_busiest_workspace_events',
    help: 'Events of the last full minute, for the ten workspaces that sent this instance the most; `others`: of all others together.',
    labelNames: ['team'],
    registers: [registry],
    collect() {
      const { teams, others } = busiest.lastMinute();
      this.reset();
      for (const [team, events] of teams) this.set({ team }, events);
      this.set({ team: 'others' }, others);
    },
  });
  const refreshes = new Counter({
    name: 'ultronex_token_refreshes_total',
    help: 'Refreshes of tokens by outcome: `done`, `failed` (tried again), `refused` (the workspace has to install again), `unopened`.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of refreshOutcomes) refreshes.inc({ outcome }, 0);
  const installs = new Counter({
    name: 'ultronex_installs_total',
    help: `Visits to /slack/oauth_redirect by their end: ${installEnds.map((end) => `\`${end}\``).join(', ')}.`,
    labelNames: ['end'],
    registers: [registry],
  });
  for (const end of installEnds) installs.inc({ end }, 0);
  return {
    refreshed: (outcome: RefreshOutcome) => refreshes.inc({ outcome }),
    installEnded: (end: InstallEnd) => installs.inc({ end }),
  };
}
