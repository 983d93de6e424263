import type { AnswerButton } from '../commands/index.ts';
import { stopCommand } from '../commands/index.ts';
import { compose, type Stamp } from '../domain/compose.ts';
import { cut, cutMrkdwn } from '../domain/cut.ts';
import type { Attachment, Block, NewDelivery } from '../domain/delivery.ts';
import { PatternRefused } from '../domain/errors.ts';
import type { IncomingMessage } from '../domain/event.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import type { Span } from '../ports/patterns.ts';
import type { Reply } from '../ports/source.ts';
import { authorPhrase } from './author.ts';
import type { Match } from './matched.ts';
import { quoteOf } from './quote.ts';
import { joined } from './spans.ts';

/** Slack's limits of a section, an actions block and a button (docs.slack.dev/reference/block-kit). */
const sectionCharacters = 3_000;
const mostButtons = 25;
const labelCharacters = 75;
/** More patterns than this in one forward are counted, not listed. */
const listedPatterns = 5;
const patternCharacters = 120;
/** Of the notes on files, so that the quote has room. */
const notesCharacters = 800;

/** Where a pattern matches a text in mrkdwn (`Tracking.find`). */
export type FindSpans = (pattern: string, mrkdwn: string) => Span[];

/** The direct messages that one matching message causes. */
export function forwards(
  message: IncomingMessage,
  matches: readonly Match[],
  attachments: Attachment[],
  notes: readonly string[],
  stamp: Stamp,
  find: FindSpans,
): NewDelivery[] {
  const remembered = rememberSpans(message, find);
  return matches.map((match) => {
    const { user, patterns, note, instead } = match;
    const text = instead ?? forwardText(message, patterns, { notes, note }, remembered);
    return compose(stamp, {
      source: 'forward',
      trace: message.trace,
      team: message.team,
      channel: user,
      text,
      blocks: withButtons(text, forwardButtons(match)),
      attachments: instead === undefined ? attachments : [],
      ...(attachments.length === 0 && instead === undefined && { similarTo: message.visible }),
    });
  });
}

/** Several users may hold one pattern. What cannot be found any more, or not in time, is not marked. */
function rememberSpans({ shown, text }: IncomingMessage, find: FindSpans): (pattern: string) => Span[] {
  const spans = new Map<string, Span[]>();
  return (pattern) => {
    const known = spans.get(pattern);
    if (known !== undefined) return known;
    let found: Span[] = [];
    try {
      found = find(pattern, shown ?? text);
    } catch (error) {
      if (!(error instanceof PatternRefused)) throw error;
    }
    spans.set(pattern, found);
    return found;
  };
}

function forwardText(
  message: IncomingMessage,
  patterns: readonly string[],
  { notes, note }: { notes: readonly string[]; note: string | undefined },
  spansOf: (pattern: string) => Span[],
): string {
  const listed = patterns.slice(0, listedPatterns).map(shownPattern);
  const more = patterns.length > listedPatterns ? ` and ${patterns.length - listedPatterns} more` : '';
  const heading = `${listed.join(', ')}${more} in <#${message.channel}> by ${authorPhrase(message)} · <${message.permalink}|open>`;
  const said = [shownNotes(notes), note === undefined ? '' : `_${note}_`].filter((part) => part !== '').join('\n');
  const room = sectionCharacters - heading.length - said.length - 2;
  const found = joined(patterns.slice(0, listedPatterns).flatMap(spansOf));
  const quote = quoteOf(message.shown ?? message.text, found, room);
  return [heading, quote, said].filter((part) => part !== '').join('\n');
}

function shownPattern(pattern: string): string {
  const oneLine = pattern.replace(/`/g, "'").replace(/\s*\n\s*/g, ' ');
  return `\`${cut(escapeMrkdwn(oneLine), patternCharacters, () => '…')}\``;
}

function shownNotes(notes: readonly string[]): string {
  const lines: string[] = [];
  let room = notesCharacters;
  for (const note of notes) {
    const line = `_${cut(note, 300, () => '…')}_`;
    room -= line.length + 1;
    if (room < 0) break;
    lines.push(line);
  }
  const more = notes.length - lines.length;
  return [...lines, ...(more > 0 ? [`_… and ${more} more like these_`] : [])].join('\n');
}

/** A press ends exactly the subscriptions that matched, whatever their pattern looks like as a command. */
function forwardButtons({ patterns, ids }: Match): AnswerButton[] {
  const mute = { label: 'Mute for 1 h', command: 'mute 1h' };
  return patterns.length > 1 ? [mute] : [mute, { label: 'Stop this pattern', command: stopCommand(ids) }];
}

/** The text with buttons under it. */
export function withButtons(text: string, buttons: readonly AnswerButton[]): Block[] {
  return [
    { type: 'section', text: { type: 'mrkdwn', text: cutMrkdwn(text, sectionCharacters) } },
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
  const { team, channel, threadTs, trace } = message;
  return compose(stamp, { source, trace, team, channel, threadTs, text, blocks });
}
