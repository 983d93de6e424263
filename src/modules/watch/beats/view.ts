import { scheduleText } from './tell.ts';
import type { BeatStatus } from './types.ts';

/** Returns a beat as GET /ultronex/beats shows it. */
export function viewOf({ beat, state, problem, lastAt, lastRunMs, exitCode, log, dueAt }: BeatStatus) {
  return {
    ...{ name: beat.name, state, problem, schedule: scheduleText(beat) },
    ...{ graceSeconds: beat.graceMs / 1_000, startGraceSeconds: beat.startGraceMs / 1_000 },
    ...{ last: timeOf(lastAt), due: timeOf(dueAt), lastRunSeconds: lastRunMs === null ? null : lastRunMs / 1_000 },
    ...{ exitCode, log },
  };
}

const timeOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
