import type { BotFault, UnservedBot } from '../domain/unserved-bot.ts';

/** A bot that another program registers by its token alone: an entry of the Redis hash of Relax. */
export interface GivenBot {
  team: string;
  token: string;
  namespace: string;
}

export type Registration =
  /** `served`: as it was. `replaced`: another token or namespace than before. `installed`: by /slack/install, with another token. */
  { kind: 'registered' | 'replaced' | 'served' | 'installed' } | { kind: 'unserved'; fault: BotFault; problem: string };

/** `installed`: it came by /slack/install, and stays. `absent`: nothing is registered under this namespace. */
export type Unregistration = 'removed' | 'installed' | 'absent';

/** Bots that come without /slack/install. A workspace has one bot: one that was installed is never replaced or removed. */
export interface BotRegistry {
  /**
   * Checks the token with Slack and stores it, sealed. Asks Slack nothing when it is stored already and works.
   * @param isCurrent resolves with whether the bot is still to be registered, asked before it is stored
   * @throws StoreUnavailable
   */
  register(bot: GivenBot, isCurrent: () => Promise<boolean>): Promise<Registration>;
  /** Forgets the token. The app stays installed in Slack: the token is of whoever registered it. @throws StoreUnavailable */
  unregister(team: string, namespace: string): Promise<Unregistration>;
  /** The namespace of the registered bot of a workspace; null: it has none. */
  registeredAs(team: string): Promise<string | null>;
  /** All registered bots. */
  registered(): AsyncIterable<Pick<GivenBot, 'team' | 'namespace'>>;
  /** Replaces the bots that are not served, for health and the page of workspaces. */
  tellUnserved(bots: readonly UnservedBot[]): void;
  unserved(): readonly UnservedBot[];
}
