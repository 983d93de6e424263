import { formatDuration } from '../../domain/duration.ts';
import type { Severity } from '../../domain/severity.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import type { Signal } from '../../ports/signals.ts';
import type { Check } from '../../watch-files/index.ts';
import type { Failure } from './result.ts';
import { targetOf } from './target.ts';
import type { Verdict } from './verdict.ts';

/** Returns the signal that opens or updates the incident of a check. `verdict` is down. */
export function downSignal(check: Check, verdict: Verdict, failure: Failure, at: number): Signal {
  const { count, ofMs } = check.fail;
  const attempts =
    ofMs === null || verdict.failed > count
      ? counted(verdict.failed, at - (verdict.failingSince ?? at))
      : counted(verdict.failures.length, at - (verdict.failures[0] ?? at));
  const text = `${escapeMrkdwn(failure.text)}\n${attempts}.`;
  return { ...common(check, failure.severity, at), status: 'firing', title: `${check.name} is down`, text };
}

/** Returns the signal that ends the incident of a check. `before`: the verdict before the good attempt. */
export function upSignal(check: Check, before: Verdict, last: Failure | null, note: string, at: number): Signal {
  const { failed, failingSince, is } = before;
  const known = is === 'down' && failingSince !== null;
  const lines = [note, ...(known ? [`${counted(failed, at - failingSince)}.`] : [])];
  return {
    ...common(check, last?.severity ?? 'error', at),
    ...{ status: 'resolved', title: `${check.name} is up again`, text: lines.map(escapeMrkdwn).join('\n') },
  };
}

/** Returns the signal that ends the incident of a check that was removed from the files. */
export function unwatchedSignal(name: string, channel: string | null, at: number): Signal {
  return {
    ...{ key: keyOf(name), status: 'resolved', title: `${name} is not watched any more` },
    text: 'The check was removed from the files of WATCH_DIR.',
    ...{ fields: { check: name }, severity: 'info', channel, at },
  };
}

/** Returns the key of a check's signals. */
export const keyOf = (name: string) => `check:${name}`;

function common(check: Check, severity: Severity, at: number) {
  const container: Record<string, string> = check.probe.kind === 'docker' ? { container: check.probe.container } : {};
  return {
    ...{ key: keyOf(check.name), severity: check.severity ?? severity, channel: check.channel, at },
    fields: { check: check.name, target: targetOf(check.probe), ...container },
    ...(check.notify !== null && { notify: check.notify }),
    ...(check.fix !== null && { fix: check.fix }),
  };
}

function counted(attempts: number, ms: number): string {
  // The first failure has lasted no time yet.
  const time = ms < 1_000 ? '' : ` in ${formatDuration(ms)}`;
  return `${attempts} failed ${attempts === 1 ? 'attempt' : 'attempts'}${time}`;
}
