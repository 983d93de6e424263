import { randomUUID } from 'node:crypto';
import type { CommandRequest } from '../domain/event.ts';
import { textOfSlash } from '../domain/slash-command.ts';

type Json = Record<string, unknown>;

/** The beginning of the `action_id` of buttons with a command. The rest tells the buttons of a message apart. */
export const commandAction = /^command:/;

/**
 * A slash command, https://docs.slack.dev/interactivity/implementing-slash-commands; null when it lacks who or where.
 * `envelopeId` stands in where there is no `trigger_id`. `ourTeam`: the workspace of our installation, for which commands
 * act wherever they are given: in a channel that another workspace hosts, `team_id` is not ours, and with an app of a
 * whole organisation there may be none.
 */
export function slashToCommand(body: Json, envelopeId: unknown, ourTeam?: string): CommandRequest | null {
  const { command, text = '' } = body;
  const line = typeof text === 'string' ? textOfSlash(String(command), text) : text;
  return toCommand(body, envelopeId, ourTeam ?? body.team_id, body.channel_id, body.user_id, line);
}

/** Returns the command of a button or menu under one of our messages, which is its value. `ourTeam` as above. */
export function actionToCommand(
  body: Json,
  action: Json,
  envelopeId: unknown,
  ourTeam?: string,
): CommandRequest | null {
  const line = action.value ?? object(action.selected_option)?.value;
  const user = object(body.user);
  const team = ourTeam ?? object(body.team)?.id ?? user?.team_id;
  return toCommand(body, envelopeId, team, object(body.channel)?.id, user?.id, line);
}

export function toCommand(
  body: Json,
  envelopeId: unknown,
  team: unknown,
  channel: unknown,
  user: unknown,
  text: unknown,
): CommandRequest | null {
  if (!filled(team) || !filled(channel) || !filled(user) || typeof text !== 'string') return null;
  const trace = randomUUID().slice(0, 8);
  // A press has one trigger: https://docs.slack.dev/interactivity/handling-user-interaction
  const once = [body.trigger_id, envelopeId, trace].find(filled);
  return { kind: 'command', key: `${team}:cmd:${once}`, trace, team, channel, user, text };
}

/** Returns what opens a modal for 3 s after a press or a slash command; null: nothing does. */
export const triggerOf = ({ trigger_id: trigger }: Json): string | null => (filled(trigger) ? trigger : null);

const filled = (value: unknown): value is string => typeof value === 'string' && value !== '';

function object(value: unknown): Json | null {
  return typeof value === 'object' && value !== null ? (value as Json) : null;
}
