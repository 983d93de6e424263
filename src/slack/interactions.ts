import type { Block } from '../domain/delivery.ts';
import type { CommandRequest } from '../domain/event.ts';
import type { FormErrors } from '../domain/form.ts';
import { within } from '../lib/deadline.ts';
import type { CommandReply, EventHandler } from '../ports/source.ts';
import { actionToCommand, commandAction, slashToCommand, triggerOf } from './commands.ts';
import { endingOf } from './ending.ts';
import type { Envelope } from './envelope.ts';
import { errorsOf, formCallback, modalOf, submissionToCommand } from './forms.ts';
import { slackUrl } from './hosts.ts';
import { type Json, object, objects, text } from './json.ts';
import type { SlackSetup } from './options.ts';
import type { SlackTeam } from './team.ts';
import type { SlackTeams } from './teams.ts';

export interface InteractionParts {
  teams: Pick<SlackTeams, 'ofEvent' | 'ended'>;
  setup: SlackSetup;
  handler(): EventHandler | null;
}

/** Handles commands, presses, forms, and events about channels, people and the app. Anything else is left to the caller. */
export type Interactions = (envelope: Envelope) => Promise<void>;

const failed = 'That did not work just now and nothing was changed. Please try again in a minute.';
const notNow = { text: failed, wrong: { '': failed } };
const notInstalled: CommandReply = { text: 'I am not installed in this workspace any more.' };
/** A form is opened within 3 s or not at all: https://docs.slack.dev/surfaces/modals#trigger_id */
const expectedOfForms = ['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id'];

/**
 * In place of Bolt's App, which with its packages takes 17 MiB (docs/performance.md).
 * Shapes: https://docs.slack.dev/reference/interaction-payloads
 */
export function createInteractions({ teams, setup, handler }: InteractionParts): Interactions {
  return async function interact(envelope) {
    const { body } = envelope;
    if (body.type === 'event_callback') return await happened(envelope);
    if (text(body.command) !== null) return await slash(envelope);
    if (body.type === 'block_actions') return await pressed(envelope);
    if (body.type === 'view_submission') return await submitted(envelope);
  };

  /** The caller acknowledges it when this resolves. */
  async function happened({ body }: Envelope): Promise<void> {
    const event = object(body.event) ?? {};
    const type = text(event.type) ?? '';
    if (/^(channel_|group_)/.test(type)) return channelsChanged(await teams.ofEvent(body));
    if (type === 'member_joined_channel') {
      const team = await teams.ofEvent(body);
      if (text(event.user) === team?.identity()?.botUser) channelsChanged(team);
    }
    if (type === 'user_change') {
      const [team, user] = [await teams.ofEvent(body), object(event.user)];
      const id = text(user?.id);
      if (id !== null) team?.setup.onUserChange(id, user?.deleted === true);
    }
    const ending = endingOf(event);
    if (ending !== null) await teams.ended(body, ending);
  }

  function channelsChanged(team: SlackTeam | null): void {
    team?.directory.invalidate();
    team?.setup.onChannelsChange();
  }

  /** Finds the workspace of a command, press or form, which Slack does not send again. Undefined: it is not known now. */
  async function teamOf(body: Json): Promise<SlackTeam | null | undefined> {
    try {
      return await teams.ofEvent(body);
    } catch (error) {
      setup.log.warn({ err: error }, 'the workspace of a command or press is not known now');
      return undefined;
    }
  }

  async function slash({ body, id, ack }: Envelope): Promise<void> {
    const team = await teamOf(body);
    if (!team) return await ack(onlyForThem(team === null ? notInstalled : notNow, setup));
    const command = slashToCommand(body, id, team.identity()?.team);
    await answer(team, command, triggerOf(body), ack, body.response_url);
  }

  async function pressed({ body, id, ack }: Envelope): Promise<void> {
    const [action] = objects(body.actions);
    if (action === undefined || !commandAction.test(text(action.action_id) ?? '')) return;
    // Only a reply by response_url is private here; the acknowledgement of a button shows nothing.
    await ack();
    const team = await teamOf(body);
    if (team === undefined) return await respond(body.response_url, notNow);
    if (team === null) return;
    const command = actionToCommand(body, action, id, team.identity()?.team);
    await answer(team, command, triggerOf(body), null, body.response_url);
  }

  async function submitted({ body, ack }: Envelope): Promise<void> {
    const view = object(body.view);
    if (view?.callback_id !== formCallback) return;
    const team = await teamOf(body);
    if (team === undefined) return await ack(withErrors(notNow.wrong, view));
    const command = team && submissionToCommand(body, view, team.identity()?.team);
    if (team === null || command === null) return await ack();
    const working = run(command);
    const inTime = await within(setup.clock, setup.timings.commandMs, working);
    const wrong = inTime?.value?.wrong;
    if (wrong) return await ack(withErrors(wrong, view));
    await ack();
    // A closed form shows nothing any more, and has no response_url.
    const reply = await working;
    if (reply === null || reply.isPosted || reply.text === '') return;
    await team.api.call('chat.postEphemeral', { channel: command.channel, user: command.user, ...shown(reply, setup) });
  }

  async function answer(
    team: SlackTeam,
    command: CommandRequest | null,
    trigger: string | null,
    ack: Envelope['ack'] | null,
    responseUrl: unknown,
  ): Promise<void> {
    if (!command) return void (await ack?.());
    const working = run(command).then((reply) => withForm(team, reply, command, trigger));
    const inTime = ack ? await within(setup.clock, setup.timings.commandMs, working) : null;
    if (ack) {
      const reply = inTime?.value;
      await ack(reply ? onlyForThem(reply, setup) : undefined);
      if (inTime) return;
    }
    const reply = await working;
    if (reply) await respond(responseUrl, reply);
  }

  /** Slack does not repeat a command, so its user is told about a failure. */
  async function run(command: CommandRequest): Promise<CommandReply | null> {
    const handle = handler();
    if (!handle) return notNow;
    try {
      return (await handle(command)).reply;
    } catch (error) {
      setup.log.error({ err: error, trace: command.trace }, 'command failed');
      return notNow;
    }
  }

  /** Opens the form of a reply, which then is all. A reply whose form cannot be opened is shown as it is. */
  async function withForm(
    { api }: SlackTeam,
    reply: CommandReply | null,
    { channel }: CommandRequest,
    trigger: string | null,
  ) {
    const view = reply?.form && trigger !== null ? modalOf(reply.form, channel) : null;
    if (view === null) return reply;
    return (await api.call('views.open', { trigger_id: trigger, view }, expectedOfForms)).ok ? null : reply;
  }

  /** Never to another address that the event names. */
  async function respond(responseUrl: unknown, reply: CommandReply): Promise<void> {
    const url = slackUrl(responseUrl, setup.apiUrl);
    if (!url) {
      setup.log.warn("answer not given: response_url is not on one of Slack's servers");
      return;
    }
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...onlyForThem(reply, setup), replace_original: false }),
        redirect: 'error',
        signal: AbortSignal.timeout(setup.timings.callMs),
      });
      await response.arrayBuffer();
      if (!response.ok) setup.onError(`Slack error : response HTTP ${response.status}`);
    } catch {
      setup.onError('Slack error : response network');
    }
  }
}

/** The form stays open and shows them. */
const withErrors = (wrong: FormErrors, view: Json) => ({ response_action: 'errors', errors: errorsOf(wrong, view) });

interface EphemeralReply {
  response_type: 'ephemeral';
  text: string;
  blocks?: Block[];
}

/** Shown to the one who gave the command. */
function onlyForThem(reply: CommandReply, setup: Pick<SlackSetup, 'blocksOf'>): EphemeralReply {
  return { response_type: 'ephemeral', ...shown(reply, setup) };
}

function shown(reply: CommandReply, { blocksOf }: Pick<SlackSetup, 'blocksOf'>) {
  const blocks = blocksOf(reply);
  return { text: reply.text, ...(blocks && { blocks }) };
}
