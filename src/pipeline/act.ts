import type { AnswerButton } from '../commands/command.ts';
import { stopCommand } from '../commands/stop.ts';
import type { Attachment, Block, DeliverySource, NewDelivery } from '../domain/delivery.ts';
import type { IncomingMessage } from '../domain/event.ts';
import { cut, escapeMrkdwn, similarKey } from '../domain/text.ts';
import type { Reply } from '../ports/source.ts';
import { authorPhrase } from './author.ts';
import type { Match } from './match.ts';

/** Everything that deliveries need besides what they say. */
export interface Stamp {
  newId(): string;
  now: number;
  /** Time to live, milliseconds. */
  ttlMs: number;
}

/** Slack's limits of a section, an actions block and a button (docs.slack.dev/reference/block-kit). */
const sectionCharacters = 3_000;
const mostButtons = 25;
const labelCharacters = 75;
/** The quoted text of a forward is cut to fit into a section with its heading. */
const quotedCharacters = 2_500;
/** More patterns than this in one forward are counted, not listed. */
const listedPatterns = 5;

/** The direct messages that one matching message causes. */
export function forwards(
  message: IncomingMessage,
  matches: readonly Match[],
  attachments: Attachment[],
  notes: readonly string[],
  stamp: Stamp,
): NewDelivery[] {
  return matches.map((match) => {
    const { user, patterns, note, instead } = match;
    const text = instead ?? forwardText(message, patterns, note === undefined ? notes : [...notes, note]);
    return {
      ...stamped(stamp, 'forward', message.trace),
      team: message.team,
      channel: user,
      text,
      blocks: withButtons(text, forwardButtons(match)),
      attachments: instead === undefined ? attachments : [],
      similarKey: attachments.length > 0 || instead !== undefined ? null : similarKey(message.text),
    };
  });
}

function forwardText(message: IncomingMessage, patterns: readonly string[], notes: readonly string[]): string {
  const listed = patterns.slice(0, listedPatterns).map((pattern) => `\`${escapeMrkdwn(pattern.replace(/`/g, "'"))}\``);
  const more = patterns.length > listedPatterns ? ` and ${patterns.length - listedPatterns} more` : '';
  const heading = `${listed.join(', ')}${more} in <#${message.channel}> by ${authorPhrase(message)} · <${message.permalink}|open>`;
  const quoted = cut(
    message.text,
    quotedCharacters,
    (left) => `… _(cut, ${left} more characters: open it to read on)_`,
  );
  const quote = quoted === '' ? [] : quoted.split('\n').map((line) => `> ${line}`);
  return [heading, ...quote, ...notes.map((note) => `_${note}_`)].join('\n');
}

/** A press ends exactly the subscriptions that matched, whatever their pattern looks like as a command. */
function forwardButtons({ patterns, ids }: Match): AnswerButton[] {
  const mute = { label: 'Mute for 1 h', command: 'mute 1h' };
  return patterns.length > 1 ? [mute] : [mute, { label: 'Stop this pattern', command: stopCommand(ids) }];
}

/** The text with buttons under it. */
export function withButtons(text: string, buttons: readonly AnswerButton[]): Block[] {
  return [
    { type: 'section', text: { type: 'mrkdwn', text: cut(text, sectionCharacters) } },
    { type: 'actions', elements: buttons.slice(0, mostButtons).map(toElement) },
  ];
}

/** `value` is the command that a press gives. Slack refuses two of the same `action_id` in one block. */
function toElement({ label, command, style }: AnswerButton, index: number, all: readonly AnswerButton[]): Block {
  const [word] = command.split(' ');
  const taken = all.slice(0, index).some((other) => other.command.split(' ')[0] === word);
  return {
    type: 'button',
    action_id: `command:${word}${taken ? `:${index}` : ''}`,
    text: { type: 'plain_text', text: cut(label, labelCharacters, () => '…') },
    value: command,
    ...(style && { style }),
  };
}

/** An answer where the message was written: in its thread when it is in one. */
export function answer(
  message: IncomingMessage,
  { text, blocks }: Reply,
  source: 'command' | 'reply',
  stamp: Stamp,
): NewDelivery {
  return {
    ...stamped(stamp, source, message.trace),
    team: message.team,
    channel: message.channel,
    threadTs: message.threadTs,
    text,
    blocks,
    attachments: [],
    similarKey: null,
  };
}

function stamped(stamp: Stamp, source: DeliverySource, trace: string) {
  return { id: stamp.newId(), source, trace, createdAt: stamp.now, expiresAt: stamp.now + stamp.ttlMs };
}
