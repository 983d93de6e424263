import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '../../lib/error-message.ts';
import type { CommandInput } from '../module.ts';
import { cutLine } from './output-text.ts';
import type { JobView } from './views.ts';

/** A job outlives the program: how long the command waits for the program to come back. Milliseconds. */
const patienceMs = 300_000;
const firstPauseMs = 250;
const longestPauseMs = 5_000;

type Given = Pick<CommandInput, 'api' | 'out' | 'err'>;

/**
 * Prints the output of a job from its beginning, and resolves with the job at its end. When the connection breaks it is made
 * again, and the output goes on after the last line. @throws when the program refuses, or is away for more than five minutes
 */
export async function followJob({ api, out, err }: Given, id: string): Promise<JobView> {
  const program = api();
  let last = '';
  let awaySince: number | null = null;
  let pauseMs = firstPauseMs;
  for (;;) {
    let problem = 'the connection was closed';
    try {
      for await (const { event, data, id: at } of program.events(`/jobs/${id}/logs?follow`, last)) {
        [awaySince, pauseMs] = [null, firstPauseMs];
        last = at;
        if (event === 'message') out(data);
        else if (event === 'cut') {
          const { from, to, bytes } = JSON.parse(data);
          err(cutLine(from, to, bytes === null ? null : { from, to, bytes }));
        } else if (event === 'end') return JSON.parse(data) as JobView;
      }
    } catch (error) {
      if ((error as { retryable?: boolean }).retryable !== true) throw error;
      problem = errorMessage(error);
    }
    awaySince ??= performance.now();
    if (performance.now() - awaySince > patienceMs) {
      throw new Error(`The job ${id} is not followed any more: ${problem} It may go on; see: ultronex jobs log ${id}`);
    }
    await sleep(pauseMs);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
}

/** Returns the exit code of the command for an ended job, and says why it is not the job's own. */
export function exitCodeOf({ id, job, state, exitCode, reason }: JobView, err: (text: string) => void): number {
  if (state === 'succeeded') return 0;
  const isOwn = state === 'failed' && exitCode !== null && exitCode !== 0;
  if (!isOwn || reason !== null) {
    const why = reason === null ? '.' : `: ${reason}`;
    err(`The job ${job ?? id} ${howItEnded[state] ?? state}${why}`);
  }
  return isOwn ? exitCode : 1;
}

const howItEnded: Partial<Record<JobView['state'], string>> = {
  failed: 'failed',
  timed_out: 'timed out',
  cancelled: 'was cancelled',
  lost: 'is lost',
};
