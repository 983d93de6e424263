import { fixOf } from '../../domain/fix.ts';
import { mentionOf } from '../../domain/mention.ts';
import type { CommandInput } from '../module.ts';
import { readHooks } from './cli-check.ts';
import { TemplateFailed } from './errors.ts';
import type { Given, Made } from './hook.ts';
import { parseBody } from './parse-body.ts';

/** `ultronex hooks test NAME` */
export async function testHook({ words: [name = ''], values, config, stdin, out, err }: CommandInput): Promise<number> {
  const { hooks, problems } = await readHooks([String(config.HOOKS_DIR)]);
  const hook = hooks.find((each) => each.name === name);
  if (hook === undefined) {
    const known = hooks.map((each) => each.name).join(', ') || 'there is none';
    err([...problems, `There is no hook "${name}" in ${config.HOOKS_DIR}: ${known}.`].join('\n'));
    return 1;
  }
  const headers = headersOf(values.header ?? []);
  try {
    const body = parseBody(Buffer.from(await stdin()), headers);
    out(shown(hook.make({ body, headers, query: {} }), hook.channel));
    return 0;
  } catch (error) {
    err(`${hook.place}: ${(error as Error).message}`);
    return error instanceof TemplateFailed ? 1 : 2;
  }
}

function headersOf(written: string | boolean | readonly string[]): Given['headers'] {
  const pairs = [written].flat().map((each) => String(each).split(/:\s*/, 2));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.toLowerCase(), value]));
}

function shown(made: Made, channel: string): string {
  if (made.kind === 'nothing') return 'Nothing would be posted: the templates rendered no text.';
  if (made.kind === 'message') {
    return [`A message in ${channel}:`, ...(made.title === '' ? [] : [`*${made.title}*`]), made.text].join('\n');
  }
  const fields = Object.entries(made.fields).map(([name, value]) => `${name}: ${value}`);
  const head = `An incident in ${channel}, ${made.status}, ${made.severity}, key "${made.key}":`;
  const mentioned = mentionOf(made.notify ?? '');
  const calls = mentioned === null ? [] : [`mentions ${mentioned}`];
  const fix = fixOf(made.fix ?? '');
  const fixes =
    fix === null ? [] : [`offers the job ${fix.job}${fix.twoPerson ? ', which two people have to want' : ''}`];
  return [head, made.title, made.text, ...fields, ...calls, ...fixes].filter((line) => line !== '').join('\n');
}
