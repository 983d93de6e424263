import type { IncomingEvent, IncomingMessage } from '../domain/event.ts';

export type Route =
  | { to: 'ignore'; why: 'bot' | 'self' | 'subtype' | 'elsewhere' }
  | { to: 'command'; text: string }
  | { to: 'scan' }
  | { to: 'match' };

export interface RouteRules {
  /** Whether messages of this channel are matched (SLACK_CHANNEL_LIST, or every public channel the bot is in). */
  watches(message: IncomingMessage): boolean;
  matchEdits: boolean;
}

/** Subtypes of posts that people write; the rest (joins, topics, deletions …) is Slack talking about itself. */
const written = new Set(['file_share', 'thread_broadcast', 'me_message']);

/** Where an event goes; decided from the event alone. */
export function route(event: IncomingEvent, rules: RouteRules): Route {
  if (event.kind === 'command') return { to: 'command', text: event.text };
  if (event.user === event.botUser) return { to: 'ignore', why: 'self' };
  if (event.fromBot) return { to: 'ignore', why: 'bot' };
  const edited = event.subtype === 'message_changed';
  if (event.subtype !== undefined && !written.has(event.subtype) && !(edited && rules.matchEdits)) {
    return { to: 'ignore', why: 'subtype' };
  }
  const said = addressed(event);
  // A command is given once; correcting a typo in it does not give it again.
  if (said !== null) return edited ? { to: 'ignore', why: 'subtype' } : { to: 'command', text: said };
  if (!rules.watches(event)) return { to: 'ignore', why: 'elsewhere' };
  return event.files.length > 0 ? { to: 'scan' } : { to: 'match' };
}

/** What is said to the bot: everything in a direct message, and what follows or precedes its mention elsewhere. */
function addressed(message: IncomingMessage): string | null {
  const direct = message.channelKind === 'im';
  if (!message.text.includes(`<@${message.botUser}`)) return direct ? message.text.trim() : null;
  const mention = new RegExp(`<@${message.botUser}(\\|[^>]*)?>[:,]?`);
  if (direct) return message.text.replace(mention, '').trim();
  if (!mention.test(message.text)) return null;
  const [before = '', after = ''] = message.text.split(mention).filter((_, index) => index !== 1);
  return (after.trim() || before.trim()).trim();
}
