import { readFileSync } from 'node:fs';
import { errorCode } from '../../../../lib/error-code.ts';

/** A process of this machine. Pids are given out again, so its start time and the machine's boot tell it from others. */
export interface ProcessId {
  pid: number;
  /** Clock ticks since the boot. */
  startTime: string;
  /** The first eight digits of the boot's id. */
  boot: string;
}

/** Returns the id for a run whose process is unknown. No process has this id. */
export const noProcess = (boot: string): ProcessId => ({ pid: 0, startTime: '0', boot });

export const handleOf = ({ pid, startTime, boot }: ProcessId): string => `${pid}:${startTime}:${boot}`;

/** @throws Error for text that `handleOf` did not make */
export function processOf(handle: string): ProcessId {
  const [, pid, startTime, boot] = /^(\d+):(\d+):(\w*)$/.exec(handle) ?? [];
  if (pid === undefined || startTime === undefined || boot === undefined) {
    throw new Error(`"${handle}" is not the handle of a process. It looks like 4711:123456:1a2b3c4d`);
  }
  return { pid: Number(pid), startTime, boot };
}

/** Identifies this boot of the machine; '' where the kernel does not tell. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
  } catch {
    return '';
  }
}

/** Reads /proc/PID/stat (proc_pid_stat(5)). Returns null for text that is incomplete. */
export function readStat(text: string): { pid: number; state: string; startTime: string } | null {
  // The name of the program stands in brackets and may hold blanks and brackets itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  const startTime = fields[19];
  const pid = Number.parseInt(text, 10);
  return startTime === undefined || !text.endsWith('\n') || !(pid > 0) ? null : { pid, state, startTime };
}

/** `runs`; `gone`: ended, also a zombie; `other`: another process has its pid. */
export function lookAt(process: ProcessId, boot: string): 'runs' | 'gone' | 'other' {
  if (process.pid === 0 || process.boot !== boot) return 'other';
  try {
    const stat = readStat(readFileSync(`/proc/${process.pid}/stat`, 'latin1'));
    if (stat !== null && stat.startTime !== process.startTime) return 'other';
    return stat !== null && /[ZX]/.test(stat.state) ? 'gone' : 'runs';
  } catch (error) {
    // ESRCH: it ended between open and read. With too many open files, say, nothing is known, so it counts as running.
    return /^(ENOENT|ESRCH)$/.test(errorCode(error)) ? 'gone' : 'runs';
  }
}

/** Sends a signal to the process group that a process leads. A group that is gone is no error. @throws EPERM */
export function signalGroup({ pid }: ProcessId, signal: 'SIGTERM' | 'SIGKILL'): void {
  // 0 and 1 stand for our own group and for every process.
  if (pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
