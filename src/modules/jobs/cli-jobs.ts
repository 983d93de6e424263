import { formatDuration } from '../../domain/duration.ts';
import { inColumns } from '../../lib/columns.ts';
import type { CommandInput } from '../module.ts';
import { exitCodeOf, followJob } from './cli-follow.ts';
import type { JobView } from './views.ts';

/** `ultronex jobs` */
export async function printJobs({ values, api, out, err }: CommandInput): Promise<number> {
  const query = new URLSearchParams({ limit: '20' });
  for (const name of ['job', 'state', 'limit'] as const) {
    const value = values[name];
    if (typeof value === 'string') query.set(name, value);
  }
  const answer = await api().call<{ jobs: JobView[]; next: string | null }>('GET', `/jobs?${query}`);
  if (values.json === true) out(JSON.stringify(answer, null, 2));
  else if (answer.jobs.length === 0) err('There are no jobs. `ultronex run NAME` starts one.');
  else {
    const rows = answer.jobs.map((job) => [
      job.id,
      nameOf(job),
      stateOf(job),
      job.createdAt,
      lengthOf(job),
      job.by.name,
    ]);
    out(inColumns([['ID', 'JOB', 'STATE', 'ACCEPTED', 'TOOK', 'BY'], ...rows]).join('\n'));
  }
  return 0;
}

/** `ultronex jobs log` */
export async function printLog(given: CommandInput): Promise<number> {
  const { words, values, api, out, err } = given;
  const id = encodeURIComponent(words[0] ?? '');
  if (values.follow === true) return exitCodeOf(await followJob(given, id), err);
  const text = await api().text(`/jobs/${id}/logs`, 'text/plain');
  if (text !== '') out(text.replace(/\n$/, ''));
  return 0;
}

/** `ultronex jobs stop` */
export async function stopJob({ words, api, out }: CommandInput): Promise<number> {
  const { id, state } = await api().call<JobView>('DELETE', `/jobs/${encodeURIComponent(words[0] ?? '')}`);
  out(`The job ${id} is ${state === 'cancelled' ? 'cancelled' : 'being stopped'}.`);
  return 0;
}

const nameOf = ({ job, app, image, file }: JobView) => job ?? app ?? image ?? file ?? '';
const stateOf = ({ state, exitCode }: JobView) => (exitCode === null ? state : `${state} (${exitCode})`);

function lengthOf({ durationSeconds }: JobView): string {
  if (durationSeconds === null) return '-';
  return durationSeconds < 10 ? `${durationSeconds.toFixed(1)}s` : formatDuration(durationSeconds * 1_000);
}
