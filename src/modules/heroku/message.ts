import { slackDate } from '../../domain/text.ts';
import type { Tone } from '../../domain/tone.ts';
import type { News } from './changes.ts';
import { inBold, oneLine } from './markup.ts';
import type { ToldRelease } from './state.ts';
import type { Release } from './types.ts';

/** A release is named in what begins within this time after it. Milliseconds. */
const causeMs = 15 * 60_000;
const minute = 60_000;

/** Returns the message of news as mrkdwn, and its tone if it is a failure. */
export function messageOf(app: string, { release, changes }: News): { text: string; tone?: Tone } {
  if (release === null) return { text: [`⚙️ ${inBold(app)} changed`, ...changes].join('\n') };
  const failed = release.status === 'failed';
  const { sign, verb } = failed ? { sign: '❌', verb: 'failed, by' } : kindOf(release);
  const who = release.by === '' ? 'Heroku' : oneLine(release.by, 100);
  const status = release.status === 'pending' ? ' (still pending)' : '';
  const heading = `${sign} ${inBold(app)} v${release.version} ${verb} ${who}${status}: ${oneLine(release.description, 200)}`;
  const text = [`${heading} · ${slackDate(release.createdAt)}`, ...changes].join('\n');
  return failed ? { text, tone: 'error' } : { text };
}

function kindOf({ description }: Release): { sign: string; verb: string } {
  if (/^deploy\b/i.test(description)) return { sign: '🚀', verb: 'deployed by' };
  if (/^rollback\b/i.test(description)) return { sign: '⏪', verb: 'rolled back by' };
  return { sign: '⚙️', verb: 'released by' };
}

/** `shop v42: Deploy abc123, by ada@example.com`, plain. */
export const annotationOf = (app: string, { version, description, by }: ToldRelease): string =>
  `${app} v${version}: ${description}${by === '' ? '' : `, by ${by}`}`;

/** Returns a line on a release shortly before a time, in mrkdwn; '' if there is none. */
export function causeOf(release: ToldRelease | null, at: number): string {
  if (release === null || release.at <= 0) return '';
  const ms = at - release.at;
  // The clocks of Heroku and of this machine differ a little.
  if (ms < -minute || ms > causeMs) return '';
  const minutes = Math.max(0, Math.floor(ms / minute));
  const ago = minutes === 0 ? 'less than a minute' : minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const by = release.by === '' ? '' : ` by ${oneLine(release.by, 100)}`;
  return `v${release.version} was released ${ago} before${by}: ${oneLine(release.description, 200)}`;
}
