import type { Attachment, Block, DeliverySource, NewDelivery } from '../domain/delivery.ts';
import type { IncomingMessage } from '../domain/event.ts';
import { cut, escapeMrkdwn, similarKey } from '../domain/text.ts';
import type { Match } from './match.ts';

/** Everything that deliveries need besides what they say. */
export interface Stamp {
  newId(): string;
  now: number;
  /** Time to live, milliseconds. */
  ttlMs: number;
}

/** Slack shows at most 3,000 characters in a section; the quoted text of a forward is cut to fit with its heading. */
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
  return matches.map(({ user, patterns }) => {
    const text = forwardText(message, patterns, notes);
    return {
      ...stamped(stamp, 'forward', message.trace),
      team: message.team,
      channel: user,
      text,
      blocks: forwardBlocks(text, patterns),
      attachments,
      similarKey: attachments.length > 0 ? null : similarKey(message.text),
    };
  });
}

function forwardText(message: IncomingMessage, patterns: readonly string[], notes: readonly string[]): string {
  const listed = patterns.slice(0, listedPatterns).map((pattern) => `\`${escapeMrkdwn(pattern.replace(/`/g, "'"))}\``);
  const more = patterns.length > listedPatterns ? ` and ${patterns.length - listedPatterns} more` : '';
  const heading = `${listed.join(', ')}${more} in <#${message.channel}> by <@${message.user}> · <${message.permalink}|open>`;
  const quoted = cut(
    message.text,
    quotedCharacters,
    (left) => `… _(cut, ${left} more characters: open it to read on)_`,
  );
  const quote = quoted === '' ? [] : quoted.split('\n').map((line) => `> ${line}`);
  return [heading, ...quote, ...notes.map((note) => `_${note}_`)].join('\n');
}

/** The same text with two buttons under it; `value` is the command that a press gives. */
function forwardBlocks(text: string, patterns: readonly string[]): Block[] {
  const [pattern] = patterns;
  const stop =
    pattern !== undefined && patterns.length === 1
      ? [button('Stop this pattern', `stop ${escapeMrkdwn(pattern)}`)]
      : [];
  return [
    { type: 'section', text: { type: 'mrkdwn', text: cut(text, 3_000) } },
    { type: 'actions', elements: [button('Mute for 1 h', 'mute 1h'), ...stop] },
  ];
}

function button(label: string, command: string): Block {
  return {
    type: 'button',
    action_id: `command:${command.split(' ')[0]}`,
    text: { type: 'plain_text', text: label },
    value: command,
  };
}

/** An answer where the message was written: in its thread when it is in one. */
export function answer(message: IncomingMessage, text: string, source: 'command' | 'reply', stamp: Stamp): NewDelivery {
  return {
    ...stamped(stamp, source, message.trace),
    team: message.team,
    channel: message.channel,
    threadTs: message.threadTs,
    text,
    attachments: [],
    similarKey: null,
  };
}

function stamped(stamp: Stamp, source: DeliverySource, trace: string) {
  return { id: stamp.newId(), source, trace, createdAt: stamp.now, expiresAt: stamp.now + stamp.ttlMs };
}
