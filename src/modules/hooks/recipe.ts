import { fixOf } from '../../domain/fix.ts';
import { mentionOf } from '../../domain/mention.ts';
import { type Severity, severities } from '../../domain/severity.ts';
import { TemplateFailed } from './errors.ts';
import type { Given, Made, Recipe } from './hook.ts';
import type { Sources } from './ready.ts';
import type { Template, Templates } from './templates.ts';

/** Called for a template that cannot be parsed. @param path of the template in the hook: `['message', 'text']` */
export type OnWrong = (path: readonly string[], reason: string) => void;

/** Parses the templates of a hook. With both an incident and a message, the message is for what is no incident. */
export function createRecipe({ incident, message }: Sources, templates: Templates, onWrong: OnWrong): Recipe {
  function parse(path: readonly string[], source: string, escaped = true): Template {
    try {
      return templates.parse(source, path.join('.'), escaped);
    } catch (error) {
      onWrong(path, `"${path.at(-1)}" is no template: ${(error as Error).message}`);
      return () => '';
    }
  }

  const makers = [
    incident &&
      incidentRecipe(checked(incident, onWrong), (name, source, plain) => parse(['incident', ...name], source, !plain)),
    message && messageRecipe(message, (name, source) => parse(['message', ...name], source)),
  ].flatMap((each) => each ?? []);

  return function make(given: Given): Made {
    for (const maker of makers) {
      const made = maker(given);
      if (made.kind !== 'nothing') return made;
    }
    return { kind: 'nothing' };
  };
}

type Parse = (path: readonly string[], source: string, plain?: boolean) => Template;

function messageRecipe(sources: NonNullable<Sources['message']>, parse: Parse): Recipe {
  const text = parse(['text'], sources.text);
  const title = parse(['title'], sources.title ?? '');
  return (given) => {
    const made = { kind: 'message' as const, text: text(given), title: title(given) };
    return made.text === '' ? { kind: 'nothing' } : made;
  };
}

const statuses = ['firing', 'resolved'] as const;
/** A longer key is probably a mistake, and cut ones would make one incident of two. */
const longestKey = 500;

/** A text without a template in it is known before the first request. */
function checked(sources: NonNullable<Sources['incident']>, onWrong: OnWrong): NonNullable<Sources['incident']> {
  const check = (name: string, value: string | undefined, known: readonly string[]) => {
    if (value === undefined || value.includes('{') || known.includes(value.trim().toLowerCase())) return;
    onWrong(['incident', name], `"${name}" is "${value.slice(0, 100)}". Write ${known.join(' or ')}, or a template`);
  };
  check('status', sources.status, statuses);
  check('severity', sources.severity, severities);
  const { notify, fix } = sources;
  if (fix !== undefined && !fix.includes('{') && fixOf(fix) === null) {
    onWrong(
      ['incident', 'fix'],
      `"fix" is "${fix.slice(0, 100)}". Write the name of a job, such as restart-worker, or restart-worker two-person`,
    );
  }
  if (notify !== undefined && !notify.includes('{') && mentionOf(notify) === null) {
    onWrong(
      ['incident', 'notify'],
      `"notify" is "${notify.slice(0, 100)}", which names nobody. Write @oncall, @here or an id such as U012AB3CD`,
    );
  }
  return sources;
}

function incidentRecipe(sources: NonNullable<Sources['incident']>, parse: Parse): Recipe {
  const key = parse(['key'], sources.key, true);
  const status = parse(['status'], sources.status, true);
  const title = parse(['title'], sources.title, true);
  const text = parse(['text'], sources.text ?? '');
  const severity = parse(['severity'], sources.severity ?? 'warning', true);
  const notify = parse(['notify'], sources.notify ?? '', true);
  const fix = parse(['fix'], sources.fix ?? '', true);
  const fields = Object.entries(sources.fields ?? {}).map(
    ([name, source]) => [name, parse(['fields', name], source, true)] as const,
  );
  return (given) => {
    const found = { key: key(given), status: status(given).toLowerCase(), severity: severity(given).toLowerCase() };
    if (found.key === '' || found.status === '') return { kind: 'nothing' };
    if (found.key.length > longestKey) {
      const what = `incident.key has ${found.key.length} characters for this body`;
      throw new TemplateFailed('incident.key', `${what}; at most ${longestKey} identify an incident`);
    }
    oneOf('incident.status', found.status, statuses);
    oneOf('incident.severity', found.severity, severities);
    const named = fields
      .map(([name, template]) => [name, template(given)] as const)
      .filter(([, value]) => value !== '');
    const job = fix(given);
    return {
      kind: 'incident',
      key: found.key,
      status: found.status as 'firing' | 'resolved',
      severity: found.severity as Severity,
      title: title(given) || found.key,
      text: text(given),
      fields: Object.fromEntries(named),
      notify: notify(given),
      ...(job !== '' && { fix: job }),
    };
  };
}

function oneOf(field: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new TemplateFailed(
    field,
    `${field} is "${value.slice(0, 100)}" for this body; it has to be ${known.join(' or ')}`,
  );
}
