import { constants } from 'node:os';
import { code } from '../../domain/inline-code.ts';
import type { Severity } from '../../domain/severity.ts';
import type { Facts, Ill, Verdict } from './verdict.ts';

export const severityOf: Readonly<Record<Ill, Severity>> = {
  ...{ stopped: 'critical', 'restart loop': 'critical' },
  ...{ 'out of memory': 'error', unhealthy: 'warning' },
};

const titles: Readonly<Record<Ill, string>> = {
  stopped: 'stopped',
  'out of memory': 'ran out of memory',
  'restart loop': 'is in a restart loop',
  unhealthy: 'is unhealthy',
};

/** Returns the title of an incident, plain text. */
export const illTitle = ({ service }: Pick<Facts, 'service'>, ill: Ill): string => `${service} ${titles[ill]}`;

/** Returns what happened, in mrkdwn. */
export function illText(facts: Facts, { ill, exitCode, deaths }: Extract<Verdict, { is: 'ill' }>): string {
  const { policy, memoryLimit } = facts;
  switch (ill) {
    case 'stopped':
      return policy === 'no' || policy === ''
        ? `It ended with ${exitText(exitCode)}. Docker does not start it again, since it has no restart policy.`
        : `It ended with ${exitText(exitCode)}. Docker does not start it again in spite of its restart policy ${code(policy)}.`;
    case 'out of memory': {
      const limit = memoryLimit === null ? 'it has no limit of its own' : `its limit is ${mebibytes(memoryLimit)}`;
      return `The kernel killed it for want of memory; ${limit}.`;
    }
    case 'restart loop':
      return deaths > 1
        ? `It ended ${deaths} times within 5 minutes, last with ${exitText(exitCode)}; Docker starts it again each time.`
        : `It ends soon after each start, last with ${exitText(exitCode)}; Docker starts it again each time.`;
    case 'unhealthy':
      return 'It runs, but its health check fails.';
  }
}

/** Returns the title and text of the end of an incident. `gone`: there is no such container any more. */
export function wellText(service: string, how: 'well' | 'by hand' | 'done' | 'gone'): { title: string; text: string } {
  switch (how) {
    case 'well':
      return { title: `${service} runs again`, text: '' };
    case 'by hand':
      return { title: `${service} was stopped by hand`, text: 'It does not run; somebody stopped it.' };
    case 'done':
      return { title: `${service} is done`, text: 'It ended with exit code 0.' };
    case 'gone':
      return { title: `${service} was removed`, text: 'There is no such container any more.' };
  }
}

/** Returns `exit code 137 (SIGKILL)`: codes above 128 are those of a signal. */
function exitText(exitCode: number): string {
  const [name] = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128) ?? [];
  return `exit code ${exitCode}${name === undefined ? '' : ` (${name})`}`;
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MiB`;
