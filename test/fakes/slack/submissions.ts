import type { FakeView, Json } from './types.ts';
import type { World } from './world.ts';

export interface ViewInput {
  /** The id of an open modal. Default: the newest open one. */
  id?: string;
  /** What the person changes, by block id; null empties a field. The others keep what they began with. */
  values?: Record<string, string | null>;
  /** Sends a modal that is closed, as a person does who was told that the first try failed. */
  again?: boolean;
}

/** Returns the payload of a modal that a person sends, as https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function submission(world: World, view: FakeView, { values = {} }: ViewInput): Json {
  const team = world.team(view.team);
  const user = team.users.find(({ id }) => id === view.user);
  const inputs = (view.view.blocks as Json[]).filter(({ type }) => type === 'input');
  const unknown = Object.keys(values).filter((name) => !inputs.some(({ block_id: id }) => id === name));
  if (unknown.length > 0) throw new Error(`the modal has no fields ${unknown.join(', ')}`);
  return {
    type: 'view_submission',
    team: { id: team.id, domain: team.domain },
    user: { id: view.user, username: user?.name, name: user?.name, team_id: team.id },
    api_app_id: world.appId,
    token: 'verification-token',
    trigger_id: world.trigger(team.id, view.user),
    view: {
      ...view.view,
      ...{
        id: view.id,
        team_id: team.id,
        app_id: world.appId,
        bot_id: team.botId,
        hash: '1.abc',
        root_view_id: view.id,
      },
      state: { values: Object.fromEntries(inputs.map((block) => [block.block_id, stateOf(block, values)])) },
    },
    response_urls: [],
    is_enterprise_install: false,
    enterprise: null,
  };
}

function stateOf(block: Json, values: Record<string, string | null>): Json {
  const element = block.element as Json;
  const { type, action_id: action, initial_option: option, initial_value: text } = element;
  const initial = type === 'static_select' ? (option as Json | undefined)?.value : text;
  const value = Object.hasOwn(values, String(block.block_id)) ? values[String(block.block_id)] : initial;
  const filled = typeof value === 'string' && value !== '' ? value : null;
  if (filled === null && block.optional !== true) throw new Error(`Slack does not send ${block.block_id} empty`);
  if (type !== 'static_select') return { [String(action)]: { type, value: filled } };
  const chosen = (element.options as Json[]).find((each) => each.value === filled) ?? null;
  if (filled !== null && chosen === null) throw new Error(`${block.block_id} has no option ${filled}`);
  return { [String(action)]: { type, selected_option: chosen } };
}
