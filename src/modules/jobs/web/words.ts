import type { Job, JobState } from './types.ts';

/** The filter's states; `unfinished`: it waits or runs. */
export const tabs = ['all', 'unfinished', 'succeeded', 'failed', 'timed_out', 'cancelled', 'lost'] as const;
export type Tab = (typeof tabs)[number];

export const wordOf = (state: JobState | Tab): string => state.replace('_', ' ');

/** The state in StateBadge whose colour a state of a job has. */
export const toneOf: Record<JobState, string> = {
  queued: 'neutral',
  starting: 'begun',
  running: 'begun',
  succeeded: 'success',
  failed: 'danger',
  timed_out: 'danger',
  cancelled: 'neutral',
  lost: 'warning',
};

export const isEnded = ({ state }: Pick<Job, 'state'>): boolean =>
  state !== 'queued' && state !== 'starting' && state !== 'running';

type Place = Pick<Job, 'target' | 'app' | 'image' | 'file' | 'command'>;

/** Returns where a job runs: `process greet.sh`, `heroku example: serverless`. */
export function placeText({ target, app, image, file, command }: Place): string {
  const words = [command ?? []].flat().join(' ');
  return `${target} ${app ?? image ?? file ?? ''}${words === '' ? '' : `: ${words}`}`;
}

/** Returns the name of a job, or where it runs if it has none. */
export const titleOf = (job: Place & Pick<Job, 'job'>): string => job.job ?? placeText(job);

/** Formats seconds: `40 ms`, `1.4 s`, `12 s`, `2 min 5 s`, `10 min`, `3 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const parts = minutes < 60 ? [minutes, 'min', whole % 60, 's'] : [Math.floor(minutes / 60), 'h', minutes % 60, 'min'];
  return (parts[2] === 0 ? parts.slice(0, 2) : parts).join(' ');
}

/** Returns how long a job ran, or has run until now; null: it never started. */
export function took({ durationSeconds, startedAt, state }: Job, now: number): string | null {
  if (durationSeconds !== null) return duration(durationSeconds);
  if (startedAt === null || isEnded({ state })) return null;
  return duration(Math.max(0, now - Date.parse(startedAt)) / 1_000);
}

/** Formats a number of bytes: `900 bytes`, `12 kB`, `1.5 MB`. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
