import type { Stamp } from '../domain/compose.ts';
import type { Attachment } from '../domain/delivery.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Metrics } from '../observability/index.ts';
import type { UnitOfWork } from '../ports/unit-of-work.ts';
import { answer, forwards } from './act.ts';
import { findMatches, findMatchesSlowly, type MatchParts } from './match.ts';
import type { Match } from './matched.ts';
import { pausesOf } from './pauses.ts';
import type { SlowMatch, TooSlow } from './slow-match.ts';
import type { LiveTracking } from './tracking.ts';

export interface DecideOptions extends MatchParts {
  tracking: LiveTracking;
  metrics: Metrics;
  /** The motivational bot: what it says to a message, if anything. `takeBack`: it was not said after all. */
  reply(message: IncomingMessage): { text: string; takeBack(): void } | null;
  stamp(): Stamp;
}

/** What was found in the files of a message. */
export interface Looked {
  /** To be matched, beside the message's own text. */
  texts: string[];
  /** To go with the forwards. */
  files: { name: string; bytes: Uint8Array }[];
  /** For people: what was not read, and why. */
  notes: string[];
}

const noFiles: Looked = { texts: [], files: [], notes: [] };

/** For a message whose files were fetched, or that takes long to match. */
export interface Thorough {
  looked: Looked;
  slowMatch: SlowMatch;
}

/** What a message causes. `takeBack`: to be called when it was not committed. */
export interface Decided {
  unit: UnitOfWork;
  takeBack(): void;
}

/** What a message causes; null when that would hold up the event loop, unless `thorough` says to find out all the same. */
export function decideMatch(message: IncomingMessage, options: DecideOptions): Promise<Decided | null>;
export function decideMatch(message: IncomingMessage, options: DecideOptions, thorough: Thorough): Promise<Decided>;
export async function decideMatch(
  message: IncomingMessage,
  options: DecideOptions,
  thorough?: Thorough,
): Promise<Decided | null> {
  const looked = thorough?.looked ?? noFiles;
  const stopTimer = options.metrics.matchSeconds.startTimer();
  const quick = findQuickly(message, looked, options);
  stopTimer();
  if (quick !== null) return decidedOf(message, { matches: quick, tooSlow: [] }, looked, options);
  if (thorough === undefined) return null;
  return decidedOf(message, await findThoroughly(message, thorough, options), looked, options);
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

/** What is new to patterns. Of an edit that only added files the text was matched before. */
function seenOf(message: IncomingMessage, { texts }: Looked): { message: IncomingMessage; texts: readonly string[] } {
  if (message.edit?.isTextNew !== false) return { message, texts };
  return { message: withText(message, ''), texts: [...message.files.map(({ name }) => name), ...texts] };
}

/**
 * The text before an app's edit. An app edits its post to show progress: a pattern that matched the former text is not
 * told again, so that "deploy" is told once, and "failed" when it appears.
 */
function formerOf(message: IncomingMessage): IncomingMessage | null {
  const before = message.fromBot ? (message.edit?.before ?? null) : null;
  return before === null ? null : withText(message, before);
}

function withText({ references: _, ...message }: IncomingMessage, visible: string): IncomingMessage {
  return { ...message, visible };
}

/** What the former text matched is no forward, so that the guard against loops does not count it. */
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

/** Who gets the message with its files, what the motivational bot has to say to it, and which patterns are paused. */
function decidedOf(
  message: IncomingMessage,
  { matches, tooSlow }: Found,
  looked: Looked,
  { tracking, metrics, reply, stamp: newStamp }: DecideOptions,
): Decided {
  // Trigger words never answer an app.
  const said = message.fromBot || message.edit?.isTextNew === false ? null : reply(message);
  const takeBack = said?.takeBack ?? (() => {});
  if (matches.length === 0 && said === null && tooSlow.length === 0) return { unit: {}, takeBack };
  if (matches.length > 0) metrics.matches.inc();
  if (tooSlow.length > 0) metrics.patternsPaused.inc(tooSlow.length);
  const stamp = newStamp();
  const blobs = matches.length > 0 ? looked.files.map((file) => ({ ...file, id: stamp.newId() })) : [];
  const attachments: Attachment[] = blobs.map(({ id, name }) => ({ blob: id, name }));
  const forwarded = forwards(message, matches, attachments, looked.notes, stamp, tracking.find);
  const replied = said === null ? [] : [answer(message, { text: said.text }, 'reply', stamp)];
  const pauses = pausesOf(tooSlow, message.trace, stamp);
  const unit: UnitOfWork = {
    deliveries: [...forwarded, ...replied, ...pauses.deliveries],
    ...(pauses.changes.length > 0 && { changes: pauses.changes }),
    ...(blobs.length > 0 && { blobs: blobs.map(({ id, bytes }) => ({ id, bytes })) }),
    counts: { forwarded_msg_count: forwarded.length, replied_msg_count: replied.length },
  };
  return { unit, takeBack };
}
