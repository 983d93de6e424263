import { formatDuration } from '../domain/duration.ts';
import type { NamingProblem } from '../domain/naming.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { Health } from '../ports/source.ts';

export interface StatusParts {
  version: string;
  store: Pick<LedgerStore, 'backlog'>;
  tracking: { readonly size: number };
  parts(): ({ name: string } & Health)[];
  namingProblems(): readonly NamingProblem[];
}

/** What the command `status` says, a line each. */
export async function statusLines({ version, store, tracking, parts, namingProblems }: StatusParts): Promise<string[]> {
  return [
    `Ultronex ${version}, up for ${formatDuration(process.uptime() * 1_000)}`,
    `${(await store.backlog()).queued} messages waiting, ${tracking.size} patterns tracked`,
    ...parts().map(({ name, state, detail }) => `${name}: ${state}, ${detail}`),
    ...namingProblems().map(({ text }) => `settings: ${text}`),
  ];
}
