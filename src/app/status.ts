import { formatDuration } from '../domain/duration.ts';
import type { NamingProblem } from '../domain/naming.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { PartHealth } from '../ports/source.ts';

export interface StatusParts {
  version: string;
  store: Pick<LedgerStore, 'backlog'>;
  tracking: { readonly size: number };
  parts(): ({ name: string } & PartHealth)[];
  namingProblems(): readonly NamingProblem[];
}

/** Returns the lines of the command `status`. */
export async function statusLines({ version, store, tracking, parts, namingProblems }: StatusParts): Promise<string[]> {
  return [
    `Ultronex ${version}, up for ${formatDuration(process.uptime() * 1_000)}`,
    `${(await store.backlog()).queued} messages waiting, ${tracking.size} patterns tracked`,
    ...parts().map(({ name, state, detail }) => `${name}: ${state}, ${detail}`),
    ...namingProblems().map(({ text }) => `settings: ${text}`),
  ];
}
