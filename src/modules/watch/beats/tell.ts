import { codeBlock } from '../../../domain/code-block.ts';
import { formatDuration } from '../../../domain/duration.ts';
import { slackDate } from '../../../domain/text.ts';
import { cleanLine } from '../../../lib/clean-line.ts';
import type { Signal } from '../../../ports/signals.ts';
import type { Beat } from '../../../watch-files/index.ts';
import type { Problem } from './judge.ts';
import type { Memory } from './memory.ts';

/** Lines and characters of the log that a card shows. */
const shownLines = 20;
const shownCharacters = 2_000;

const titles = { missed: 'is late', overrun: 'runs too long', failed: 'failed' };

/** Returns the signal that opens or updates the incident of a beat. The same problem makes the same signal. */
export function firing(beat: Beat, problem: Problem, memory: Memory): Signal {
  const log = problem.kind === 'failed' && memory.ended?.hasLog ? logBlock(memory.log) : '';
  const { notify, fix } = beat;
  return {
    ...{ key: keyOf(beat.name), status: 'firing', title: `Beat ${beat.name} ${titles[problem.kind]}` },
    text: [sentence(beat, problem, memory, slackDate), log].filter((part) => part !== '').join('\n'),
    fields: { schedule: scheduleText(beat), grace: formatDuration(beat.graceMs) },
    ...{ severity: beat.severity ?? 'error', channel: beat.channel, at: problem.at },
    ...(notify !== null && { notify }),
    ...(fix !== null && { fix }),
  };
}

/** Returns the signal that ends the incident of a beat whose run ended well. */
export function resolved({ name, severity, channel }: Beat, at: number): Signal {
  return {
    ...{ key: keyOf(name), status: 'resolved', title: `Beat ${name} is well again`, text: '', fields: {} },
    ...{ severity: severity ?? 'error', channel, at },
  };
}

/** Returns the signal that ends the incident of a beat that was removed from the files. */
export function unwatched(name: string, at: number): Signal {
  return {
    ...{ key: keyOf(name), status: 'resolved', title: `Beat ${name} is not watched any more` },
    text: 'The beat was removed from the files of WATCH_DIR.',
    ...{ fields: {}, severity: 'info', channel: null, at },
  };
}

const keyOf = (name: string) => `beat:${name}`;

/** Returns why a beat is late or failed. @param time writes a time */
export function sentence(beat: Beat, problem: Problem, { pingedAt }: Memory, time: (ms: number) => string): string {
  if (problem.kind === 'missed') {
    const last = pingedAt === null ? '' : ` The last one came at ${time(pingedAt)}.`;
    return `The ping that was due at ${time(problem.at)} did not come within the grace of ${formatDuration(beat.graceMs)}.${last}`;
  }
  if (problem.kind === 'overrun') {
    return `A run was started at ${time(problem.at)} and did not end within ${formatDuration(beat.startGraceMs)}.`;
  }
  const { exitCode, at } = problem;
  return exitCode === null ? `It reported a failure at ${time(at)}.` : `Exit code ${exitCode} at ${time(at)}.`;
}

/** `2026-11-29 03:00 UTC` */
export const plainTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export function scheduleText({ schedule }: Beat): string {
  return schedule.kind === 'every'
    ? `every ${formatDuration(schedule.everyMs)}`
    : `${schedule.expression} (${schedule.timeZone})`;
}

/** Returns the last lines of a log as a block of code in mrkdwn, without secrets; '' if there is nothing to show. */
function logBlock(log: string): string {
  const lines = log.split('\n').map((line) => cleanLine(lastState(line)));
  return codeBlock(lines.filter((line) => line !== '').slice(-shownLines), shownCharacters);
}

/** A progress bar overwrites its line with carriage returns: the last state counts. */
const lastState = (line: string) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
