import type { Clock } from '../domain/clock.ts';
import type { IncomingMessage } from '../domain/event.ts';
import { mentionedUsers } from '../domain/mrkdwn.ts';
import { type Names, visibleText } from '../domain/visible-text.ts';
import { within } from '../lib/deadline.ts';
import type { SlackDirectory } from './directory.ts';
import type { People } from './people.ts';

export interface SlackNames extends Names {
  /** Asks Slack for the names of the users that a text mentions, and waits for them a moment. Never rejects. */
  learn(mrkdwn: string): Promise<void>;
  /** The message with the names of those it mentions, as far as Slack tells them in a moment. */
  complete(message: IncomingMessage): Promise<IncomingMessage>;
}

/** Nobody mentions more people by hand. */
const mostAsked = 20;
/** An event waits no longer than this; without a name the id stays. */
const waitMs = 300;

/** Names for the ids in messages, as far as Slack has told them. */
export function createNames(people: People, directory: Pick<SlackDirectory, 'nameOf'>, clock: Clock): SlackNames {
  const names: Names = {
    user: (id) => people.known(id)?.name ?? null,
    channel: (id) => directory.nameOf(id),
  };

  async function learn(mrkdwn: string): Promise<void> {
    const users = mentionedUsers(mrkdwn).slice(0, mostAsked);
    if (users.length > 0) await within(clock, waitMs, Promise.all(users.map((user) => people.find(user))));
  }

  async function complete(message: IncomingMessage): Promise<IncomingMessage> {
    if (!message.references?.includes('<@')) return message;
    const shown = message.shown ?? message.text;
    await learn(shown);
    return { ...message, visible: visibleText(shown, names) };
  }

  return { ...names, learn, complete };
}
