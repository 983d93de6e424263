import { cut, cutMrkdwn } from '../../domain/cut.ts';
import type { Content } from '../../domain/delivery.ts';
import { formatDuration } from '../../domain/duration.ts';
import { code } from '../../domain/inline-code.ts';
import { isEnded, type Job, type JobPlace, type JobState } from '../../domain/job.ts';
import type { Actor } from '../../domain/principal.ts';
import { escapeMrkdwn, slackDate } from '../../domain/text.ts';
import type { Names } from '../../domain/visible-text.ts';
import { maskArguments } from './masking.ts';

export type UserNames = Pick<Names, 'user'>;

/** Characters. `card`: of a section in Slack, escapes included. */
const most = { label: 240, reason: 800, result: 1_000, card: 3_000 };

const signs: Readonly<Record<JobState, string>> = {
  queued: ':hourglass_flowing_sand:',
  starting: ':arrow_forward:',
  running: ':arrow_forward:',
  succeeded: ':white_check_mark:',
  failed: ':x:',
  timed_out: ':alarm_clock:',
  cancelled: ':black_square_for_stop:',
  lost: ':grey_question:',
};
const verbs: Readonly<Record<JobState, string>> = {
  queued: 'waits',
  starting: 'is starting',
  running: 'is running',
  succeeded: 'succeeded',
  failed: 'failed',
  timed_out: 'ran out of time',
  cancelled: 'was stopped',
  lost: 'is lost',
};

/** The beginning of an id, by which people name a run. */
export const shortId = (id: string): string => id.slice(0, 8);

/** Returns the name of a job for people: of its definition, or what runs. */
export function nameOf({ name, place }: Pick<Job, 'name' | 'place'>): string {
  return name ?? placeName(place);
}

function placeName(place: JobPlace): string {
  if (place.target === 'heroku') return `${place.app}: ${place.command}`;
  return place.target === 'container' ? place.image : place.file;
}

/** Returns a job with its arguments, without secrets, as inline code: `greet NAME=Daniela`. */
export function labelOf(job: Pick<Job, 'name' | 'place' | 'arguments'>): string {
  const given = Object.entries(maskArguments(job.arguments)).map(([name, value]) => `${name}=${shown(value)}`);
  return code(cut([nameOf(job), ...given].join(' '), most.label, () => '…'));
}

const shown = (value: string) => (/^[^\s"'`]+$/.test(value) ? value : JSON.stringify(value));

/** Returns an actor in mrkdwn, without a mention, which would ping. */
export function whoText({ kind, name }: Actor, names: UserNames): string {
  if (kind === 'program') return 'its schedule';
  if (kind === 'slack') return escapeMrkdwn(names.user(name) ?? `the user ${name}`);
  return escapeMrkdwn(kind === 'token' ? `the token ${name}` : name);
}

const tookOf = ({ startedAt, endedAt }: Job) =>
  startedAt === null || endedAt === null ? '' : ` after ${formatDuration(Math.max(0, endedAt - startedAt))}`;

const exitOf = ({ exitCode }: Job) => (exitCode === null ? [] : [`exit code ${exitCode}`]);

/** Returns a line of the list of runs. */
export function jobLine(job: Job, names: UserNames): string {
  const { state, createdAt, startedAt, by, id } = job;
  const since = state === 'running' && startedAt !== null ? ` since ${slackDate(startedAt)}` : tookOf(job);
  const facts = [`${signs[state]} ${labelOf(job)} ${verbs[state]}${since}`, ...exitOf(job)];
  return [...facts, slackDate(createdAt), whoText(by, names), code(shortId(id))].join(' · ');
}

/** Returns the message that shows a run. Until it is known to wait, a new run is shown as running. */
export function cardOf(job: Job, names: UserNames): Required<Pick<Content, 'text' | 'buttons'>> {
  const { state, id, by, reason, result, attempt, mostAttempts, stopAsked, revision } = job;
  const end = [whoText(by, names), code(shortId(id))];
  if (isEnded(job)) {
    const lines = [
      [`${signs[state]} ${labelOf(job)} ${verbs[state]}${tookOf(job)}`, ...exitOf(job), ...end].join(' · '),
      ...(reason === null ? [] : [reasonText(reason)]),
      ...(result === null ? [] : [`Result: ${resultText(result)}`]),
    ];
    return {
      text: cutMrkdwn(lines.join('\n'), most.card, () => '…'),
      buttons: [{ label: 'Run again', command: `run again ${id}` }],
    };
  }
  if (stopAsked !== null) return { text: [`Stopping ${labelOf(job)}…`, ...end].join(' · '), buttons: [] };
  const waits = state === 'queued' && revision > 0;
  const which = attempt > 1 && !waits ? ` attempt ${attempt} of ${mostAttempts}` : '';
  const first = waits
    ? `${signs.queued} ${labelOf(job)} waits in line`
    : `${signs.running} Running ${labelOf(job)}…${which}`;
  const why = waits && reason !== null ? [reasonText(reason)] : [];
  return {
    text: [[first, ...end].join(' · '), ...why].join('\n'),
    buttons: [{ label: 'Stop', command: `stop job ${id}`, style: 'danger' }],
  };
}

const reasonText = (reason: string) => cut(escapeMrkdwn(reason), most.reason, () => '…');

/** An escape is up to five characters long, so a result with many of them is cut sooner. */
function resultText(result: string): string {
  const text = code(cut(result, most.result, () => '…'));
  return text.length <= 1.5 * most.result ? text : code(cut(result, most.result / 4, () => '…'));
}
