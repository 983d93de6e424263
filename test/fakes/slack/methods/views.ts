import { needed, structure } from '../args.ts';
import { ApiError } from '../errors.ts';
import type { FakeView, Json } from '../types.ts';
import type { MethodContext, Methods } from './method.ts';

/** How long a trigger opens a modal, and how often: https://docs.slack.dev/surfaces/modals#trigger_id */
const triggerMs = 3_000;

function open({ world, args }: MethodContext): Json {
  const id = needed(args, 'trigger_id', 'invalid_arguments');
  const trigger = world.triggers.get(id);
  if (trigger === undefined) throw new ApiError('invalid_trigger_id');
  if (trigger.used) throw new ApiError('exchanged_trigger_id');
  if (world.now() - trigger.at > triggerMs) throw new ApiError('expired_trigger_id');
  const view = structure(args, 'view', 'invalid_arguments') as Json | undefined;
  check(view);
  trigger.used = true;
  const { team, user } = trigger;
  const opened: FakeView = { id: world.nextId('V'), team, user, view: view as Json, open: true, errors: {} };
  world.views.push(opened);
  world.changed();
  return { view: { ...opened.view, id: opened.id, team_id: team, state: { values: {} } } };
}

/** Limits as in https://docs.slack.dev/reference/views/modal-views and https://docs.slack.dev/reference/block-kit */
function check(view: Json | undefined): void {
  must(typeof view === 'object' && view?.type === 'modal', 'type must be modal', '/view');
  plain(view?.title, 24, '/view/title');
  plain(view?.submit, 24, '/view/submit');
  if (view?.close !== undefined) plain(view.close, 24, '/view/close');
  must(
    String(view?.private_metadata ?? '').length <= 3_000,
    'must be less than 3001 characters',
    '/view/private_metadata',
  );
  const blocks = view?.blocks as Json[];
  must(Array.isArray(blocks) && blocks.length >= 1 && blocks.length <= 100, '1 to 100 blocks', '/view/blocks');
  const ids = blocks.map(({ block_id: id }) => id).filter((id) => id !== undefined);
  must(new Set(ids).size === ids.length, 'block_id must be unique', '/view/blocks');
  for (const [at, block] of blocks.entries()) if (block.type === 'input') checkInput(block, `/view/blocks/${at}`);
}

function checkInput(block: Json, path: string): void {
  plain(block.label, 2_000, `${path}/label`);
  if (block.hint !== undefined) plain(block.hint, 2_000, `${path}/hint`);
  must(String(block.block_id ?? 'b').length <= 255, 'must be less than 256 characters', `${path}/block_id`);
  const element = block.element as Json;
  const { type, initial_value: initial = '', max_length: most = 3_000 } = element;
  if (type === 'plain_text_input') {
    must(Number(most) >= 1 && Number(most) <= 3_000, 'must be 1 to 3000', `${path}/element/max_length`);
    must(String(initial).length <= Number(most), 'must not be longer than max_length', `${path}/element/initial_value`);
  } else if (type === 'number_input') {
    must(typeof element.is_decimal_allowed === 'boolean', 'missing is_decimal_allowed', `${path}/element`);
  } else if (type === 'static_select') checkOptions(element, `${path}/element`);
  else must(false, `the fake knows no element ${type}`, `${path}/element`);
}

function checkOptions({ options, initial_option: initial }: Json, path: string): void {
  const all = options as Json[];
  must(Array.isArray(all) && all.length >= 1 && all.length <= 100, '1 to 100 options', `${path}/options`);
  for (const { text, value } of all) {
    plain(text, 75, `${path}/options`);
    must(String(value).length <= 150, 'must be less than 151 characters', `${path}/options`);
  }
  const same = (option: Json) => JSON.stringify(option) === JSON.stringify(initial);
  must(initial === undefined || all.some(same), 'must be one of the options', `${path}/initial_option`);
}

function plain(value: unknown, longest: number, path: string): void {
  const { type, text } = (value ?? {}) as Json;
  must(type === 'plain_text' && typeof text === 'string' && text !== '', 'plain_text only', path);
  must(String(text).length <= longest, `must be less than ${longest + 1} characters`, path);
}

function must(holds: boolean, what: string, path: string): void {
  if (holds) return;
  throw new ApiError('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] ${what} [json-pointer:${path}]`] },
  });
}

export const viewMethods: Methods = { 'views.open': { run: open } };
