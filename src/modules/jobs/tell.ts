import { codeBlock } from '../../domain/code-block.ts';
import { formatDuration } from '../../domain/duration.ts';
import { code } from '../../domain/inline-code.ts';
import type { Job, JobState } from '../../domain/job.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import { cleanLine } from '../../lib/clean-line.ts';
import type { JobStore } from '../../ports/job-store.ts';
import type { Signal, SignalSink } from '../../ports/signals.ts';
import type { Definition } from './definition.ts';
import { lastLines } from './last-lines.ts';

export interface TellParts {
  store: Pick<JobStore, 'output' | 'lastEndedJob'>;
  signals: SignalSink;
  definitionOf(name: string): Definition | null;
  now(): number;
}

const shownLines = 20;
/** Limit of a section in Slack, characters. */
const mostCharacters = 3_000;
const heading = 'The last lines of its output:';

const verbs: Readonly<Partial<Record<JobState, string>>> = {
  failed: 'failed',
  timed_out: 'ran out of time',
  lost: 'is lost',
};

/**
 * Returns a function that tells people of the end of a job: an incident for each definition with `notify` whose run failed, ended
 * by the next run that succeeds. A lost run is told without `notify`, too. @throws StoreUnavailable
 */
export function createTell({ store, signals, definitionOf, now }: TellParts): (job: Job) => Promise<void> {
  return async function tell(job) {
    const { name } = job;
    if (name === null) return;
    const definition = definitionOf(name);
    // A success ends the incident of a lost run, too.
    const isAlways = job.state === 'lost' || job.state === 'succeeded';
    const isTold = isAlways || (definition !== null && definition.notify !== null);
    if (!isTold) return;
    // An older run that is told late must not hide a newer one.
    const newest = await store.lastEndedJob(job.team, name);
    if (newest !== null && newest.id !== job.id && (newest.endedAt ?? 0) > (job.endedAt ?? 0)) return;
    const { notify = null, severity = 'error', mention = null } = definition ?? {};
    const common = { key: `job:${name}`, fields: { job: name, run: job.id }, severity, channel: notify, at: now() };
    if (job.state === 'succeeded') {
      const text = `It succeeded${tookOf(job)}.`;
      await signals.signal({ ...common, status: 'resolved', title: `Job ${name} succeeded again`, text });
      return;
    }
    const verb = verbs[job.state];
    if (verb === undefined) return;
    await signals.signal({
      ...{ ...common, status: 'firing', title: `Job ${name} ${verb}`, text: textOf(job) },
      thread: await threadOf(job),
      ...(mention !== null && { notify: mention }),
    } satisfies Signal);
  };

  async function threadOf({ id }: Job): Promise<string> {
    const { lines } = await lastLines(store, id, shownLines);
    const block = codeBlock(
      lines.map(({ text }) => cleanLine(text)),
      mostCharacters - heading.length - 1,
    );
    return block === '' ? '' : `${heading}\n${block}`;
  }
}

function textOf(job: Job): string {
  const { reason, exitCode, attempt, id } = job;
  const sentences = [
    ...(reason === null ? [] : [escapeMrkdwn(reason)]),
    ...(exitCode === null ? [] : [`Its exit code was ${exitCode}.`]),
    ...(attempt > 1 ? [`It was tried ${attempt} times.`] : []),
  ];
  return `${sentences.join(' ')}\nRun ${code(id)}${tookOf(job)}.`;
}

const tookOf = ({ startedAt, endedAt }: Job) =>
  startedAt === null || endedAt === null ? '' : ` after ${formatDuration(Math.max(0, endedAt - startedAt))}`;
