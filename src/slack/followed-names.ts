import type { Clock } from '../domain/clock.ts';
import { channelStateName, plainId, plainName } from './named-channels.ts';

/** Remembers texts by name across restarts. */
export interface Memory {
  read(name: string): Promise<string | null>;
  /** Never throws; what could not be written is written the next time. */
  write(name: string, value: string): void;
}

export interface FollowedNames {
  /** The ids that names and ids in a setting stand for now. */
  idOf(written: string): string | null;
  /** The list of channels was read: `idOfName` has the names of today. */
  learn(idOfName: ReadonlyMap<string, string>): void;
}

/** Memory that is not written again is forgotten with the ledger. */
const rememberAgainMs = 86_400_000;

/**
 * Which channel each name in the settings stands for. A name that a channel bears today is that channel; one that none
 * bears any more stays the channel that bore it last, so that a rename stops nothing, also after a restart.
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
