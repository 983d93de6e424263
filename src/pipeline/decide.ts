import type { Stamp } from '../domain/compose.ts';
import type { Attachment } from '../domain/delivery.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Metrics } from '../observability/index.ts';
import type { UnitOfWork } from '../ports/unit-of-work.ts';
import type { LiveTracking } from '../subscriptions/index.ts';
import { answer, type FindSpans, forwards } from './act.ts';
import { findMatches, findMatchesSlowly, type MatchParts } from './match.ts';
import type { Match } from './matched.ts';
import { pausesOf } from './pauses.ts';
import type { SlowMatch, TooSlow } from './too-slow.ts';

export interface DecideOptions extends MatchParts {
  tracking: LiveTracking;
  metrics: Metrics;
  /** Returns the reply of the motivational bot, if there is one. `takeBack` undoes it when it was not sent. */
  reply(message: IncomingMessage): { text: string; takeBack(): void } | null;
  stamp(): Stamp;
}

/** The effects of a message. Call `takeBack` when they were not committed. */
export interface Decided {
  unit: UnitOfWork;
  takeBack(): void;
}

export const nothingDecided: Decided = { unit: {}, takeBack() {} };

/** The content of a message's files. */
export interface Looked {
  /** Matched in addition to the message's own text. */
  texts: string[];
  /** Sent with the forwards. */
  files: { name: string; bytes: Uint8Array }[];
  /** For people: each file that was not read, with the reason. */
  notes: string[];
}

const noFiles: Looked = { texts: [], files: [], notes: [] };

/** Options for a message whose files were fetched, or that takes long to match. */
export interface Thorough {
  looked: Looked;
  slowMatch: SlowMatch;
}

/**
 * Returns what a message causes, or null when finding out would hold up the event loop. With `thorough` it finds out all
 * the same, later. Without it the function is synchronous: promises here cost 3 % of an event's CPU time.
 */
export function decideMatch(message: IncomingMessage, options: DecideOptions): Decided | null;
export function decideMatch(message: IncomingMessage, options: DecideOptions, thorough: Thorough): Promise<Decided>;
export function decideMatch(
  message: IncomingMessage,
  options: DecideOptions,
  thorough?: Thorough,
): Decided | null | Promise<Decided> {
  const looked = thorough?.looked ?? noFiles;
  const stopTimer = options.metrics.matchSeconds.startTimer();
  const quick = findQuickly(message, looked, options);
  stopTimer();
  const decided = quick && decidedOf(message, { matches: quick, tooSlow: [] }, looked, options);
  return thorough === undefined ? decided : (decided ?? decideSlowly(message, options, thorough));
}

async function decideSlowly(message: IncomingMessage, options: DecideOptions, thorough: Thorough): Promise<Decided> {
  return decidedOf(message, await findThoroughly(message, thorough, options), thorough.looked, options);
}

/** Matches, and patterns that took too much time. */
interface Found {
  matches: Match[];
  tooSlow: TooSlow[];
}

async function findThoroughly(
  message: IncomingMessage,
  { looked, slowMatch }: Thorough,
  { loopGuard }: DecideOptions,
): Promise<Found> {
  const { message: seen, texts } = seenOf(message, looked);
  const former = formerOf(message);
  if (former === null) return findMatchesSlowly({ slowMatch, loopGuard }, seen, texts);
  const { matches, tooSlow } = await findMatchesSlowly({ slowMatch }, seen, texts);
  const known = await findMatchesSlowly({ slowMatch }, former);
  return { matches: newOnes(message, known.matches, matches, loopGuard), tooSlow };
}

function findQuickly(message: IncomingMessage, looked: Looked, { tracking, loopGuard }: MatchParts): Match[] | null {
  const { message: seen, texts } = seenOf(message, looked);
  const former = formerOf(message);
  if (former === null) return findMatches({ tracking, loopGuard }, seen, texts);
  const matches = findMatches({ tracking }, seen, texts);
  const known = matches === null ? null : findMatches({ tracking }, former);
  return matches === null || known === null ? null : newOnes(message, known, matches, loopGuard);
}

/** The message as far as patterns have not seen it. If an edit only added files, its text was matched before. */
function seenOf(message: IncomingMessage, { texts }: Looked): { message: IncomingMessage; texts: readonly string[] } {
  if (message.edit?.isTextNew !== false) return { message, texts };
  return { message: withText(message, ''), texts: [...message.files.map(({ name }) => name), ...texts] };
}

/**
 * Returns the message before an app's edit. An app edits its post to show progress: a pattern that matched the former
 * text is not reported again, so "deploy" is reported once, and "failed" when it appears.
 */
function formerOf(message: IncomingMessage): IncomingMessage | null {
  const before = message.fromBot ? (message.edit?.before ?? null) : null;
  return before === null ? null : withText(message, before);
}

function withText({ references: _, ...message }: IncomingMessage, visible: string): IncomingMessage {
  return { ...message, visible };
}

/** Matches of the former text are not forwarded, and the guard against loops does not count them. */
function newOnes(
  message: IncomingMessage,
  known: readonly Match[],
  matches: readonly Match[],
  loopGuard: MatchParts['loopGuard'],
): Match[] {
  const before = new Map(known.map(({ user, patterns, ids }) => [user, new Set([...patterns, ...ids])]));
  const unknown = matches
    .map(({ user, patterns, ids }) => {
      const isNew = (one: string) => !before.get(user)?.has(one);
      return { user, patterns: patterns.filter(isNew), ids: ids.filter(isNew) };
    })
    .filter(({ patterns }) => patterns.length > 0);
  return unknown.length === 0 ? unknown : (loopGuard?.admit(message, unknown) ?? unknown);
}

/** Returns the forwards with their files, the reply of the motivational bot, and the pauses of slow patterns. */
function decidedOf(
  message: IncomingMessage,
  { matches, tooSlow }: Found,
  looked: Looked,
  { tracking, metrics, reply, stamp: newStamp }: DecideOptions,
): Decided {
  // Trigger words of an app get no reply.
  const said = message.fromBot || message.edit?.isTextNew === false ? null : reply(message);
  if (matches.length === 0 && said === null && tooSlow.length === 0) return nothingDecided;
  if (matches.length > 0) metrics.matches.inc();
  if (tooSlow.length > 0) metrics.patternsPaused.inc(tooSlow.length);
  const stamp = newStamp();
  const blobs = matches.length > 0 ? looked.files.map((file) => ({ ...file, id: stamp.newId() })) : [];
  const attachments: Attachment[] = blobs.map(({ id, name }) => ({ blob: id, name }));
  const find: FindSpans = (pattern, mrkdwn) => tracking.find(message.team, pattern, mrkdwn);
  const forwarded = forwards(message, matches, attachments, looked.notes, stamp, find);
  const replied = said === null ? [] : [answer(message, { text: said.text }, 'reply', stamp)];
  const pauses = pausesOf(tooSlow, message, stamp);
  const unit: UnitOfWork = {
    deliveries: [...forwarded, ...replied, ...pauses.deliveries],
    ...(pauses.changes.length > 0 && { changes: pauses.changes }),
    ...(blobs.length > 0 && { blobs: blobs.map(({ id, bytes }) => ({ id, bytes })) }),
    counts: { team: message.team, by: { forwarded_msg_count: forwarded.length, replied_msg_count: replied.length } },
  };
  return { unit, takeBack: said?.takeBack ?? nothingDecided.takeBack };
}
