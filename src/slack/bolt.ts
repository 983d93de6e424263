import type { App as BoltApp, Receiver, types } from '@slack/bolt';
import type { CommandRequest } from '../domain/event.ts';
import { within } from '../lib/deadline.ts';
import type { CommandReply, EventHandler } from '../ports/source.ts';
import { clientOptions } from './api.ts';
import { actionToCommand, commandAction, slashToCommand, triggerOf } from './commands.ts';
import { errorsOf, formCallback, modalOf, submissionToCommand } from './forms.ts';
import { slackUrl } from './hosts.ts';
import { sdkLogger } from './logger.ts';
import type { SlackSetup } from './options.ts';
import type { SlackTeam } from './team.ts';
import type { SlackTeams } from './teams.ts';

export interface BoltParts {
  App: typeof BoltApp;
  teams: Pick<SlackTeams, 'ofEvent' | 'ended'>;
  setup: SlackSetup;
  handler(): EventHandler | null;
}

const failed = 'That did not work just now and nothing was changed. Please try again in a minute.';
const notNow: CommandReply = { text: failed, wrong: { '': failed } };
const notInstalled: CommandReply = { text: 'I am not installed in this workspace any more.' };
/** A form is opened within 3 s or not at all: https://docs.slack.dev/surfaces/modals#trigger_id */
const expectedOfForms = ['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id'];

/**
 * Bolt handles everything but messages: commands, buttons, and a few events about channels and the app. It gets only
 * these listeners: one for each pattern would cost 18 ms an event at a thousand patterns.
 */
export function createBolt({ App, teams, setup, handler }: BoltParts): BoltApp {
  // Our dispatch calls `processEvent`, so the receiver does nothing.
  const receiver: Receiver = { init() {}, start: async () => {}, stop: async () => {} };
  const app = new App({
    receiver,
    // Bolt keeps a client for every team id and token forever, so it gets one of each; we use none of them.
    authorize: async () => ({ botToken: 'none', teamId: 'any' }),
    clientOptions: clientOptions(setup),
    convoStore: false,
    logger: sdkLogger(setup.log),
  });

  app.command(/./, async ({ ack, body, context }) => {
    const team = await teams.ofEvent(body);
    if (team === null) return await ack(onlyForThem(notInstalled, setup));
    const command = slashToCommand({ ...body }, context.envelopeId, team.identity()?.team);
    await answer(team, command, triggerOf({ ...body }), ack, body.response_url);
  });
  app.action(commandAction, async ({ ack, body, action, context }) => {
    // Only a reply by response_url is private here; the acknowledgement of a button shows nothing.
    const url = (body as { response_url?: unknown }).response_url;
    await ack();
    const team = await teams.ofEvent(body);
    if (team === null) return;
    const command = actionToCommand({ ...body }, { ...action }, context.envelopeId, team.identity()?.team);
    await answer(team, command, triggerOf({ ...body }), null, url);
  });
  app.view(formCallback, async ({ ack, body, view }) => {
    const team = await teams.ofEvent(body);
    const command = team && submissionToCommand({ ...body }, { ...view }, team.identity()?.team);
    if (team === null || command === null) return await ack();
    const working = run(command);
    const inTime = await within(setup.clock, setup.timings.commandMs, working);
    const wrong = inTime?.value?.wrong;
    if (wrong) return await ack({ response_action: 'errors', errors: errorsOf(wrong, { ...view }) });
    await ack();
    // A closed form shows nothing any more, and has no response_url.
    const reply = await working;
    if (reply === null || reply.isPosted || reply.text === '') return;
    await team.api.call('chat.postEphemeral', { channel: command.channel, user: command.user, ...shown(reply, setup) });
  });
  const channelsChanged = (team: SlackTeam | null): void => {
    team?.directory.invalidate();
    team?.setup.onChannelsChange();
  };
  app.event(/^(channel_|group_)/, async ({ body }) => channelsChanged(await teams.ofEvent(body)));
  app.event('member_joined_channel', async ({ event, body }) => {
    const team = await teams.ofEvent(body);
    if (event.user === team?.identity()?.botUser) channelsChanged(team);
  });
  app.event('user_change', async ({ event, body }) => {
    const team = await teams.ofEvent(body);
    team?.setup.onUserChange(event.user.id, event.user.deleted === true);
  });
  app.event(/^(app_uninstalled|tokens_revoked)$/, async ({ event, body }) => teams.ended(body, event.type));
  return app;

  async function answer(
    team: SlackTeam,
    command: CommandRequest | null,
    trigger: string | null,
    ack: ((payload?: EphemeralReply) => Promise<void>) | null,
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

  /** Bolt's own `respond` posts to any address that the event names. */
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

interface EphemeralReply {
  response_type: 'ephemeral';
  text: string;
  blocks?: types.KnownBlock[];
}

/** Shown to the one who gave the command. */
function onlyForThem(reply: CommandReply, setup: Pick<SlackSetup, 'blocksOf'>): EphemeralReply {
  return { response_type: 'ephemeral', ...shown(reply, setup) };
}

/** The blocks are ours; Bolt's types name each kind of them. */
function shown(reply: CommandReply, { blocksOf }: Pick<SlackSetup, 'blocksOf'>) {
  const blocks = blocksOf(reply) as unknown as types.KnownBlock[] | undefined;
  return { text: reply.text, ...(blocks && { blocks }) };
}
