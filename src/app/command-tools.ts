import type { CommandTools } from '../commands/index.ts';
import { randomQuote } from '../domain/quotes.ts';
import { createGiphy, createXkcd } from '../lookups/index.ts';
import type { Tracking } from '../ports/tracking.ts';
import type { Workspaces } from '../workspaces/index.ts';
import type { Settings } from './index.ts';
import type { Runtime } from './runtime.ts';

export interface CommandToolsParts extends Pick<Runtime, 'clock' | 'random' | 'newId'> {
  tracking: Tracking;
  workspaces: Workspaces;
  /** The lines of the command `status`. */
  status(): Promise<string[]>;
}

export function createCommandTools(
  { GIPHY_API_KEY }: Pick<Settings, 'GIPHY_API_KEY'>,
  { clock, random, newId, tracking, workspaces, status }: CommandToolsParts,
): CommandTools {
  return {
    tracking,
    random,
    newId,
    quote: () => randomQuote(random),
    findChannel: (team, written) => workspaces.of(team).findChannel(written),
    isWatched: (team, channel) => workspaces.of(team).isWatched(channel),
    watched: (team) => workspaces.of(team).watched(),
    latestXkcd: createXkcd(clock.monotonic),
    findGif: GIPHY_API_KEY ? createGiphy(GIPHY_API_KEY) : undefined,
    status,
  };
}
