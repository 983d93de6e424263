import { type Evidence, loopDeaths, loopMs, recentDeaths, wasOutOfMemory, wasStopped } from './evidence.ts';

/** A container as Docker describes it. */
export interface Facts {
  id: string;
  name: string;
  /** Compose's project and service, `shop/web`; the name of a container without them. */
  key: string;
  /** Without the project, for people. */
  service: string;
  image: string;
  /** created, running, paused, restarting, removing, exited, dead. */
  state: string;
  exitCode: number;
  oomKilled: boolean;
  /** healthy, unhealthy, starting; null without a health check. */
  health: string | null;
  /** no, always, unless-stopped, on-failure. */
  policy: string;
  autoRemove: boolean;
  memoryLimit: number | null;
  tty: boolean;
}

export const ills = ['stopped', 'out of memory', 'restart loop', 'unhealthy'] as const;
export type Ill = (typeof ills)[number];

/** `againMs`: when to look again even without an event; null: no need. */
export type Verdict =
  | { is: 'well' }
  /** It does not run, and that is as somebody wanted it. */
  | { is: 'over'; how: 'by hand' | 'done' }
  /** Nothing that is known changes. */
  | { is: 'unsure'; againMs: number | null }
  | { is: 'ill'; ill: Ill; exitCode: number; deaths: number; againMs: number | null };

export interface Sight {
  evidence: Evidence;
  /** Monotonic milliseconds. */
  now: number;
  /** The fault in the last signal of its service; null: there was none, or it ended. */
  told: Ill | null;
  /** It was stopped by hand before the program's start. */
  stoppedBefore: boolean;
}

/** A container that ended must stay down this long: Compose recreates it, or Docker restarts it, meanwhile. */
const graceMs = 8_000;
/** The same for one that was down when it was first seen: after a restart of Docker containers start one after the other. */
const firstGraceMs = 30_000;
/** After an OOM kill it counts as recovered when it has run this long. */
const afterOomMs = 30_000;
/** Exit codes of a program that was asked to end: by ctrl-C, SIGKILL, SIGTERM; or that ended by itself. */
const usualEnds = [0, 130, 137, 143];

/** Decides how a container is. Depends on nothing but its parameters. */
export function judge(facts: Facts, sight: Sight): Verdict {
  switch (facts.state) {
    case 'running':
      return judgeRunning(facts, sight);
    case 'exited':
    case 'dead':
    case 'restarting':
      return judgeDown(facts, sight);
    default:
      return { is: 'unsure', againMs: null };
  }
}

function judgeRunning(facts: Facts, { evidence, now, told }: Sight): Verdict {
  const ill = illness(facts, evidence, now);
  const deaths = recentDeaths(evidence, now);
  const last = deaths.at(-1);
  const loops = deaths.length >= loopDeaths || (told === 'restart loop' && last !== undefined);
  if (hasPolicy(facts) && loops && last !== undefined) return ill('restart loop', last + loopMs - now);
  const ran = now - evidence.changedAt;
  if (wasOutOfMemory(evidence) && ran < afterOomMs) return ill('out of memory', afterOomMs - ran);
  if (facts.health === 'unhealthy') return ill('unhealthy', null);
  if (facts.health === 'starting') return { is: 'unsure', againMs: null };
  return ran < graceMs ? { is: 'unsure', againMs: graceMs - ran } : { is: 'well' };
}

function judgeDown(facts: Facts, { evidence, now, stoppedBefore }: Sight): Verdict {
  const ill = illness(facts, evidence, now);
  if (wasStopped(evidence) || (stoppedBefore && evidence.diedAt === null)) return { is: 'over', how: 'by hand' };
  if (facts.exitCode === 0 && !startsAlways(facts)) return { is: 'over', how: 'done' };
  const isOom = facts.oomKilled || wasOutOfMemory(evidence);
  const down = now - evidence.changedAt;
  if (evidence.diedAt === null) {
    // It ended before the program could see it.
    if (!hasPolicy(facts) || (usualEnds.includes(facts.exitCode) && facts.state !== 'restarting' && !isOom))
      return { is: 'unsure', againMs: null };
    if (down < firstGraceMs) return { is: 'unsure', againMs: firstGraceMs - down };
  }
  if (facts.autoRemove) return { is: 'unsure', againMs: null };
  if (isOom) return ill('out of memory', null);
  if (hasPolicy(facts) && recentDeaths(evidence, now).length >= loopDeaths && facts.state === 'restarting')
    return ill('restart loop', null);
  if (down < graceMs) return { is: 'unsure', againMs: graceMs - down };
  // Docker's pause before the next restart is this long only after some failures in a row.
  return ill(facts.state === 'restarting' ? 'restart loop' : 'stopped', null);
}

const illness =
  (facts: Facts, evidence: Evidence, now: number) =>
  (ill: Ill, againMs: number | null): Verdict => {
    // A container that runs again has the exit code 0 in Docker's description.
    const exitCode = facts.state === 'running' ? (evidence.exitCode ?? facts.exitCode) : facts.exitCode;
    return { is: 'ill', ill, exitCode, deaths: recentDeaths(evidence, now).length, againMs };
  };

const hasPolicy = ({ policy }: Facts) => policy !== 'no' && policy !== '';
const startsAlways = ({ policy }: Facts) => policy === 'always' || policy === 'unless-stopped';
