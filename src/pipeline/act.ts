import { stopCommand } from '../commands/index.ts';
import { compose, type Stamp } from '../domain/compose.ts';
import { cut } from '../domain/cut.ts';
import type { Attachment, Button, NewDelivery } from '../domain/delivery.ts';
import { inSlack } from '../domain/destination.ts';
import { PatternRefused } from '../domain/errors.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Span } from '../domain/spans.ts';
import { joined } from '../domain/spans.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import type { CommandReply } from '../ports/source.ts';
import { authorPhrase } from './author.ts';
import type { Match } from './matched.ts';
import { quoteOf } from './quote.ts';

/** A forward fits into one section of Slack (docs.slack.dev/reference/block-kit/blocks/section-block). */
const sectionCharacters = 3_000;
/** More patterns than this in one forward are counted, not listed. */
const listedPatterns = 5;
const patternCharacters = 120;
/** Limit for the notes on files, which leaves room for the quote. */
const notesCharacters = 800;

/** Returns the places where a pattern matches a text in mrkdwn (`Tracking.find`). */
export type FindSpans = (pattern: string, mrkdwn: string) => Span[];

/** Returns the direct messages that a matching message causes. */
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
      destination: inSlack(user),
      text,
      buttons: forwardButtons(match),
      attachments: instead === undefined ? attachments : [],
      ...(attachments.length === 0 && instead === undefined && { similarTo: message.visible }),
    });
  });
}

/**
 * Searches a text only once for each pattern, which several users may hold. A pattern that can no longer be found, or
 * not in time, is not marked.
 */
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

/** The command names the subscriptions by id: a pattern may look like another command. */
function forwardButtons({ patterns, ids }: Match): Button[] {
  const mute = { label: 'Mute for 1 h', command: 'mute 1h' };
  return patterns.length > 1 ? [mute] : [mute, { label: 'Stop this pattern', command: stopCommand(ids) }];
}

/** Returns an answer to a message: in its channel, and in its thread when it has one. */
export function answer(
  message: IncomingMessage,
  { text, buttons }: CommandReply,
  source: 'command' | 'reply',
  stamp: Stamp,
): NewDelivery {
  const { team, channel, threadTs, trace } = message;
  return compose(stamp, { source, trace, team, destination: inSlack(channel), threadTs, text, buttons });
}
