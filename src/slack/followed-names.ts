import type { Clock } from '../domain/clock.ts';
import { channelStateName, plainId, plainName } from './named-channels.ts';

/** Keeps texts by name across restarts. */
export interface Memory {
  read(name: string): Promise<string | null>;
  /** Never throws. A text that could not be written is written the next time. */
  write(name: string, value: string): void;
}

export interface FollowedNames {
  /** Returns the current id for a name or id in a setting. */
  idOf(written: string): string | null;
  /** Call after the list of channels was read; `idOfName` has the current names. */
  learn(idOfName: ReadonlyMap<string, string>): void;
}

/** The store deletes values that are not written again within LEDGER_DAYS. */
const rememberAgainMs = 86_400_000;

/**
 * Resolves the names of channels in settings. A name belongs to the channel that has it now. If no channel has it, it
 * stays with the channel that had it last, so a rename changes nothing, also after a restart.
 */
export async function createFollowedNames(
  names: readonly string[],
  memory: Memory,
  clock: Pick<Clock, 'monotonic'>,
): Promise<FollowedNames> {
  const ids = new Map<string, string>();
  const writtenAt = new Map<string, number>();
  const wanted = [...new Set(names.filter((each) => plainId(each) === null).map(plainName))];
  for (const name of wanted) {
    const id = await memory.read(channelStateName(name));
    if (id !== null) ids.set(name, id);
  }

  return {
    idOf: (written) => plainId(written) ?? ids.get(plainName(written)) ?? null,
    learn(idOfName) {
      const now = clock.monotonic();
      for (const name of wanted) {
        const id = idOfName.get(name) ?? ids.get(name);
        if (id === undefined) continue;
        const at = writtenAt.get(name) ?? Number.NEGATIVE_INFINITY;
        if (id === ids.get(name) && now - at < rememberAgainMs) continue;
        ids.set(name, id);
        writtenAt.set(name, now);
        memory.write(channelStateName(name), id);
      }
    },
  };
}

/** For a workspace that no setting names a channel of. */
export const noFollowedNames: FollowedNames = { idOf: plainId, learn() {} };
