import type { Installation } from '../../domain/installation.ts';
import type { Tokens } from '../../domain/installation-tokens.ts';
import { NotOpened } from '../../domain/sealed.ts';
import { eachOf } from '../../lib/each-of.ts';
import type { Rekeyed } from '../../ports/installer.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';
import type { Alone } from './alone.ts';

/** Installations of one step. */
const atOnce = 200;
/** Of these, so many are changed in one commit. */
const together = 50;

interface Parts {
  store: Pick<WorkspaceStore, 'workspace' | 'workspaces' | 'changeWorkspace'>;
  tokens: Tokens;
  alone: Alone;
}

/** Returns the function that encrypts a page of installations with the newest key. What is so already is left alone. */
export function createRekey({ store, tokens, alone }: Parts) {
  /** Also opens what has the newest key's name already: another key may have had that name. */
  async function seal(row: Installation): Promise<boolean> {
    const { team, installedAt } = row;
    const opened = tokens.open(row);
    return !tokens.isNewest(row) && store.changeWorkspace(team, installedAt, tokens.seal(team, opened));
  }

  /** A token that rotates is read again where no other program changes it: otherwise a former one could be written back. */
  function rekeyOne(row: Installation): Promise<boolean | null> {
    if (row.refreshToken === null || tokens.isNewest(row)) return seal(row);
    return alone(row.team, async () => {
      const now = await store.workspace(row.team);
      return now !== null && seal(now);
    });
  }

  return async function rekey(after: string | null): Promise<Rekeyed> {
    const { items, next } = await store.workspaces(after, atOnce);
    const result: Rekeyed = { key: tokens.newest, changed: 0, busy: 0, unopened: [], next };
    await eachOf(items, together, async (row) => {
      try {
        const changed = await rekeyOne(row);
        if (changed === null) result.busy += 1;
        else if (changed) result.changed += 1;
      } catch (error) {
        if (!(error instanceof NotOpened)) throw error;
        result.unopened.push(row.team);
      }
    });
    result.unopened.sort();
    return result;
  };
}
