import { setImmediate } from 'node:timers/promises';
import type { Installation } from '../../domain/installation.ts';
import type { Tokens } from '../../domain/installation-tokens.ts';
import { NotOpened } from '../../domain/sealed.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';

/** Installations that are opened before other work has its turn. */
const openedAtOnce = 100;
/** Workspaces that are looked at again as soon as they change. The others are counted again by the next count. */
const mostTeams = 2_000;

/** The installations whose tokens TOKEN_KEYS does not open. */
export interface Unopened {
  /** Null: not counted yet. */
  count(): number | null;
  /** Counts once, and again as long as there are some. @throws StoreUnavailable */
  look(): Promise<void>;
  /** Makes the next `look` count in any case. */
  lookAgain(): void;
  /** Looks at a workspace that was written or removed. Never rejects: what fails is counted by the next `look`. */
  changed(team: string): Promise<void>;
}

interface Parts {
  store: Pick<WorkspaceStore, 'workspace' | 'workspaces'>;
  tokens: Pick<Tokens, 'open'>;
}

export function createUnopened({ store, tokens }: Parts): Unopened {
  let known: { count: number; teams: Set<string> } | null = null;
  let isDue = true;
  /** Workspaces that changed while they were counted; null: no count is under way. */
  let meanwhile: Set<string> | null = null;

  async function countAll() {
    const found = { count: 0, teams: new Set<string>() };
    for (let after: string | null = null, isLast = false; !isLast; ) {
      const { items, next }: Awaited<ReturnType<typeof store.workspaces>> = await store.workspaces(after, openedAtOnce);
      for (const row of items) {
        if (opens(tokens, row)) continue;
        found.count += 1;
        if (found.teams.size < mostTeams) found.teams.add(row.team);
      }
      after = next;
      isLast = next === null;
      await setImmediate();
    }
    return found;
  }

  async function changed(team: string): Promise<void> {
    if (meanwhile !== null && meanwhile.size < mostTeams) meanwhile.add(team);
    if (!known?.teams.has(team)) return;
    const row = await store.workspace(team).catch(() => undefined);
    if (row === undefined || (row !== null && !opens(tokens, row))) return;
    if (known.teams.delete(team)) known.count -= 1;
  }

  return {
    count: () => known?.count ?? null,
    async look() {
      if ((!isDue && known?.count === 0) || meanwhile !== null) return;
      meanwhile = new Set();
      isDue = false;
      try {
        known = await countAll();
      } catch (error) {
        isDue = true;
        throw error;
      } finally {
        const again = meanwhile;
        meanwhile = null;
        for (const team of again) await changed(team);
      }
    },
    lookAgain() {
      isDue = true;
    },
    changed,
  };
}

/** Whether a key of TOKEN_KEYS decrypts the tokens of an installation. */
export function opens(tokens: Pick<Tokens, 'open'>, row: Installation): boolean {
  try {
    tokens.open(row);
    return true;
  } catch (error) {
    if (error instanceof NotOpened) return false;
    throw error;
  }
}
