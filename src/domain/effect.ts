/** An act on the world that a command asks for, such as the restart of a container. */
export interface Effect {
  /** Who performs it: a module's performer of this name, `restart`. */
  name: string;
  /** What the performer needs to know, as JSON. */
  argument: string;
}

/** Who asked for an effect, and where they are told how it ended. Ids are Slack's. */
export interface EffectAsker {
  team: string;
  user: string;
  channel: string;
  threadTs?: string;
  /** Told to the asker alone, as the answer to a slash command is. */
  isPrivate: boolean;
  trace: string;
}

/** An effect as it is written down. */
export interface WrittenEffect extends Effect {
  /** UUID v4. */
  id: string;
  asker: EffectAsker;
}

/**
 * Performs an effect. Resolves with what the asker is told, in Slack's mrkdwn; rejects with an `UltronexError` whose
 * message is told in its place. It is called once for each effect, also after a crash.
 */
export type Performer = (argument: string, asker: EffectAsker) => Promise<string>;
