import type { BotRegistry } from '../../../ports/bot-registry.ts';
import type { Installations } from '../../../ports/installations.ts';
import { fieldOf } from './bot-entry.ts';
import type { BotHash } from './bots.ts';

interface Parts {
  isHome(team: string): boolean;
  /** Null: no other workspace is served. */
  installer: (Pick<Installations, 'find'> & Pick<BotRegistry, 'registeredAs'>) | null;
  /** Null without RELAX_BOTS_KEY. */
  hash: Pick<BotHash, 'entry'> | null;
}

/** Why no message can be sent to a workspace, for people; null: its bot is served. An empty namespace fits every bot. */
export type WhyUnserved = (team: string, namespace: string) => Promise<string | null>;

export function createWhyUnserved({ isHome, installer, hash }: Parts): WhyUnserved {
  /** Asks the store: another program may have registered it under another namespace. */
  async function isOfHash(team: string, namespace: string): Promise<boolean> {
    const registered = isHome(team) ? null : ((await installer?.registeredAs(team)) ?? null);
    if (registered !== null) return registered === namespace;
    // Your own bot, and one that came by /slack/install, are served for the fields that the hash has of their workspace.
    return hash !== null && (await hash.entry(fieldOf(team, namespace))) !== null;
  }

  return async function whyUnserved(team, namespace) {
    const installed = isHome(team) ? null : ((await installer?.find(team, null)) ?? null);
    if (installed === null && !isHome(team)) return `the bot is not installed in the workspace ${team}`;
    if (namespace === '' || installed?.namespace === namespace || (await isOfHash(team, namespace))) return null;
    return `${team} has no bot with the namespace ${JSON.stringify(namespace.slice(0, 100))}. Name that of its bot, or none`;
  };
}
