import type { IncomingEvent, IncomingMessage } from '../domain/event.ts';
import { quotesForward } from './quotes-forward.ts';

export type Route =
  | { to: 'ignore' }
  | { to: 'command'; text: string }
  /** `unknown`: said to the bot, but no command. */
  | { to: 'scan'; unknown?: string }
  | { to: 'match'; unknown?: string }
  | { to: 'unknown'; unknown: string };

export interface RouteRules {
  /** Whether messages of this channel are matched (SLACK_CHANNEL_LIST, or every public channel the bot is in). */
  watches(message: IncomingMessage): boolean;
  matchEdits: boolean;
  /** Whether posts of apps and webhooks are matched; absent: they are not. They never give commands. */
  matchBots?: boolean;
  /** Whether something said to the bot is a command; `amid`: in the middle of a sentence. Absent: everything is. */
  isCommand?(said: string, amid: boolean): boolean;
}

/** Subtypes of posts that people or apps write; the rest (joins, topics, deletions …) is Slack talking about itself. */
const written = new Set([
  'file_share',
  'thread_broadcast',
  'me_message',
  'bot_message',
  // A huddle with its name and topic.
  'huddle_thread',
  'sh_room_created',
]);

/** Where an event goes; decided from the event alone. */
export function route(event: IncomingEvent, rules: RouteRules): Route {
  if (event.kind === 'command') return { to: 'command', text: event.text };
  if (event.own || event.user === event.botUser) return { to: 'ignore' };
  if (event.fromBot && !rules.matchBots) return { to: 'ignore' };
  // A direct message of an app is an answer to one of ours. Neither may it set off the next one, nor a copy of a forward.
  if (event.fromBot && (event.channelKind === 'im' || quotesForward(event.text))) return { to: 'ignore' };
  const edited = event.subtype === 'message_changed';
  if (event.subtype !== undefined && !written.has(event.subtype) && !(edited && rules.matchEdits)) {
    return { to: 'ignore' };
  }
  const spoken = event.fromBot ? null : spokenTo(event);
  const command = spoken === null ? null : commandOf(spoken, rules);
  // A command is given once; correcting a typo in it does not give it again.
  if (command !== null) return edited ? { to: 'ignore' } : { to: 'command', text: command };
  const unknown = spoken === null || edited ? undefined : spoken.text || spoken.before;
  if (!rules.watches(event)) {
    return unknown === undefined ? { to: 'ignore' } : { to: 'unknown', unknown };
  }
  return { to: event.files.length > 0 ? 'scan' : 'match', ...(unknown !== undefined && { unknown }) };
}

/** What is said to the bot: `text` after its mentions, `before` the first of them. */
interface Spoken {
  text: string;
  before: string;
}

function commandOf({ text, before }: Spoken, { isCommand = () => true }: RouteRules): string | null {
  const amid = before !== '';
  if ((text !== '' || !amid) && isCommand(text, amid)) return text;
  return amid && isCommand(before, true) ? before : null;
}

/** Everything in a direct message, and what follows or precedes a mention elsewhere; each mention begins a line. */
function spokenTo(message: IncomingMessage): Spoken | null {
  const direct = message.channelKind === 'im';
  const mention = `<@${message.botUser}(?:\\|[^>]*)?>[:,]?`;
  if (direct) {
    // In the middle of a direct message it belongs to what is said.
    const leading = new RegExp(`^[^\\S\\n]*(?:${mention}[^\\S\\n]*)+`, 'gm');
    return { text: message.text.replace(leading, '').trim(), before: '' };
  }
  if (!message.text.includes(`<@${message.botUser}`)) return null;
  // A quoted line is another person's.
  const own = message.text.replace(/^[^\S\n]*(?:&gt;|>).*$/gm, '');
  const [before = '', ...after] = own.split(new RegExp(mention)).map((part) => part.trim());
  if (after.length === 0) return null;
  return { text: after.filter((part) => part !== '').join('\n'), before };
}
