import type { CommandRequest, IncomingMessage } from '../domain/event.ts';
import { writtenSubtypes } from '../domain/written-subtypes.ts';
import { quotesForward } from './quotes-forward.ts';

export type Route =
  | { to: 'ignore' }
  | { to: 'command'; text: string }
  /** `unknown`: a message to the bot that is no command. */
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
  isCommand?(said: string, amid: boolean, message: IncomingMessage): boolean;
}

/** Returns where an event goes, by the event alone. */
export function route(event: IncomingMessage | CommandRequest, rules: RouteRules): Route {
  if (event.kind === 'command') return { to: 'command', text: event.text };
  if (event.own || event.user === event.botUser) return { to: 'ignore' };
  if (event.fromBot && !rules.matchBots) return { to: 'ignore' };
  // A direct message of an app is an answer to one of ours. Neither may it set off the next one, nor a copy of a forward.
  if (event.fromBot && (event.channelKind === 'im' || quotesForward(event.text))) return { to: 'ignore' };
  const edited = event.subtype === 'message_changed';
  if (event.subtype !== undefined && !writtenSubtypes.has(event.subtype) && !(edited && rules.matchEdits)) {
    return { to: 'ignore' };
  }
  const spoken = event.fromBot ? null : spokenTo(event);
  const command = spoken === null ? null : commandOf(spoken, event, rules);
  // A command is run once: an edit does not run it again.
  if (command !== null) return edited ? { to: 'ignore' } : { to: 'command', text: command };
  const unknown = spoken === null || edited ? undefined : spoken.text || spoken.before;
  if (!rules.watches(event)) {
    return unknown === undefined ? { to: 'ignore' } : { to: 'unknown', unknown };
  }
  return { to: event.files.length > 0 ? 'scan' : 'match', ...(unknown !== undefined && { unknown }) };
}

/** A message to the bot. `text`: the part after its mentions; `before`: the part before the first one. */
interface Spoken {
  text: string;
  before: string;
}

function commandOf(
  { text, before }: Spoken,
  message: IncomingMessage,
  { isCommand = () => true }: RouteRules,
): string | null {
  const amid = before !== '';
  if ((text !== '' || !amid) && isCommand(text, amid, message)) return text;
  return amid && isCommand(before, true, message) ? before : null;
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
