import { writeAssignment } from '../domain/assignments.ts';
import { cut } from '../domain/cut.ts';
import type { CommandRequest } from '../domain/event.ts';
import type { Form, FormErrors, FormField } from '../domain/form.ts';
import { toCommand } from './commands.ts';
import { type Json, object, objects, text } from './json.ts';

/** The `callback_id` of our modals. */
export const formCallback = 'form';

/** Limits of modals and their parts, https://docs.slack.dev/reference/views/modal-views and /reference/block-kit */
const most = {
  title: 24,
  label: 2_000,
  hint: 2_000,
  blocks: 100,
  options: 100,
  option: 75,
  characters: 3_000,
  about: 3_000,
};
const shownError = 300;
const actionId = 'value';

/** Returns a form as a modal; null when a modal cannot show it. `channel` is where its command is given. */
export function modalOf({ title, about, command, fields }: Form, channel: string): Json | null {
  const tooLong = fields.some((field) => (field.default?.length ?? 0) > Math.min(field.longest, most.characters));
  if (fields.length === 0 || fields.length >= most.blocks || tooLong) return null;
  const private_metadata = JSON.stringify({ command, channel });
  if (private_metadata.length > most.characters) return null;
  return {
    ...{ type: 'modal', callback_id: formCallback, private_metadata, title: plain(title, most.title) },
    ...{ submit: plain('Run', most.title), close: plain('Cancel', most.title) },
    blocks: [...(about === '' ? [] : [{ type: 'section', text: plain(about, most.about) }]), ...fields.map(input)],
  };
}

function input(field: FormField): Json {
  const { name, label, hint, required } = field;
  return {
    ...{ type: 'input', block_id: name, label: plain(label, most.label), optional: !required },
    ...(hint !== '' && { hint: plain(hint, most.hint) }),
    element: { ...elementOf(field), action_id: actionId },
  };
}

function elementOf({ type, default: usual, choices, longest }: FormField): Json {
  const initial = usual === null || usual === '' ? {} : { initial_value: usual };
  if (type === 'number') return { type: 'number_input', is_decimal_allowed: false, ...initial };
  const options = type === 'yes-no' ? ['true', 'false'] : choices;
  const fits = options.length <= most.options && options.every(({ length }) => length > 0 && length <= most.option);
  if (type === 'text' || options.length === 0 || !fits) {
    return { type: 'plain_text_input', max_length: Math.min(longest, most.characters), ...initial };
  }
  const option = (value: string) => ({ text: plain(value, most.option), value });
  return {
    type: 'static_select',
    options: options.map(option),
    ...(usual !== null && options.includes(usual) && { initial_option: option(usual) }),
  };
}

const plain = (value: string, longest: number) => ({
  type: 'plain_text',
  text: cut(value, longest, () => '…'),
  emoji: false,
});

/**
 * Returns the command of a modal that was sent; null for one that is not ours. Its key is the modal's id, so it acts once.
 * https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
 */
export function submissionToCommand(body: Json, view: Json, ourTeam?: string): CommandRequest | null {
  const { command, channel } = parse(view.private_metadata);
  const user = object(body.user);
  if (text(view.id) === null || typeof command !== 'string') return null;
  const values = object(object(view.state)?.values) ?? {};
  const given = Object.entries(values).flatMap(([name, element]) => {
    const value = valueIn(object(object(element)?.[actionId]) ?? {});
    return value === null ? [] : [writeAssignment(name, value)];
  });
  const line = [command, ...(given.length === 0 ? ['--'] : given)].join(' ');
  const team = ourTeam ?? object(body.team)?.id ?? user?.team_id;
  const found = toCommand({}, view.id, team, channel, user?.id, line);
  return found && { ...found, key: `${found.team}:view:${view.id}` };
}

function valueIn({ value, selected_option: option }: Json): string | null {
  const found = option === undefined ? value : object(option)?.value;
  return typeof found === 'string' && found !== '' ? found : null;
}

/** Returns the errors by the block that shows them: the first one for what is about no field. */
export function errorsOf(wrong: FormErrors, view: Json): Record<string, string> {
  const blocks = objects(view.blocks).flatMap(({ type, block_id }) => (type === 'input' ? (text(block_id) ?? []) : []));
  const shown = new Map<string, string>();
  for (const [name, message] of Object.entries(wrong)) {
    const block = blocks.includes(name) ? name : (blocks[0] ?? name);
    shown.set(
      block,
      cut([shown.get(block), message].filter(Boolean).join(' '), shownError, () => '…'),
    );
  }
  return Object.fromEntries(shown);
}

function parse(metadata: unknown): Json {
  try {
    return object(JSON.parse(String(metadata))) ?? {};
  } catch {
    return {};
  }
}
