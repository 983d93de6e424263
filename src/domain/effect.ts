/** An action outside of the program that a command requests, such as the restart of a container. */
export interface Effect {
  /** Name of the module's performer: `restart`. */
  name: string;
  /** Argument of the performer, as JSON. */
  argument: string;
}

/** The user who requested an effect, and the place for its outcome. Ids are Slack's. */
export interface EffectAsker {
  team: string;
  user: string;
  channel: string;
  threadTs?: string;
  /** The outcome is shown to this user only, like the reply to a slash command. */
  isPrivate: boolean;
  trace: string;
}

/** An effect as it is stored. */
export interface WrittenEffect extends Effect {
  /** UUID v4. */
  id: string;
  asker: EffectAsker;
}

/**
 * Performs an effect. Resolves with the reply to the user, in mrkdwn ('': there is none); rejects with an `UltronexError` whose message
 * becomes the reply. It is called at most once for each effect, also after a crash, unless it is `repeatable`.
 */
export interface Performer {
  (argument: string, asker: EffectAsker): Promise<string>;
  /** Idempotent: an effect whose program ended before the effect did is performed again. */
  repeatable?: boolean;
}
