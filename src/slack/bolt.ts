import type { App as BoltApp, Receiver, types } from '@slack/bolt';
import type { CommandRequest } from '../domain/event.ts';
import { within } from '../lib/deadline.ts';
import type { EventHandler, Reply } from '../ports/source.ts';
import { clientOptions } from './api.ts';
import { actionToCommand, commandAction, slashToCommand } from './commands.ts';
import type { SlackDirectory } from './directory.ts';
import { slackUrl } from './hosts.ts';
import type { Identity } from './identity.ts';
import { sdkLogger } from './logger.ts';
import type { SlackSetup } from './options.ts';
import type { SlackStatus } from './status.ts';

export interface BoltParts {
  App: typeof BoltApp;
  setup: SlackSetup;
  identity(): Identity | null;
  handler(): EventHandler | null;
  directory: Pick<SlackDirectory, 'invalidate'>;
  status: Pick<SlackStatus, 'authLost'>;
}

const notNow: Reply = { text: 'That did not work just now and nothing was changed. Please try again in a minute.' };

/**
 * Bolt for everything but messages: commands, buttons, and the few events about channels and the app itself.
 * Its listeners are these and no more; a listener per pattern would cost 18 ms an event at a thousand.
 */
export function createBolt({ App, setup, identity, handler, directory, status }: BoltParts): BoltApp {
  // Events are handed to `processEvent` by our dispatch, so the receiver has nothing to do.
  const receiver: Receiver = { init() {}, start: async () => {}, stop: async () => {} };
  const app = new App({
    receiver,
    // Bolt keeps a client for every team id and token it sees and lets go of none; so it sees one of each.
    authorize: async () => {
      const me = identity();
      const { botToken } = setup;
      return { botToken, botUserId: me?.botUser, botId: me?.botId ?? undefined, teamId: me?.team ?? 'unknown' };
    },
    clientOptions: clientOptions(setup),
    convoStore: false,
    logger: sdkLogger(setup.log),
  });

  app.command(/./, async ({ ack, body, context }) => {
    await answer(slashToCommand({ ...body }, context.envelopeId, identity()?.team), ack, body.response_url);
  });
  app.action(commandAction, async ({ ack, body, action, context }) => {
    // Only an answer by response_url is private here: the acknowledgement of a button shows nothing.
    const url = (body as { response_url?: unknown }).response_url;
    await ack();
    await answer(actionToCommand({ ...body }, { ...action }, context.envelopeId, identity()?.team), null, url);
  });
  app.event(/^(channel_|group_)/, async () => directory.invalidate());
  app.event('member_joined_channel', async ({ event }) => {
    if (event.user === identity()?.botUser) directory.invalidate();
  });
  app.event('user_change', async ({ event }) => {
    setup.onUserChange(event.user.id, event.user.deleted === true);
  });
  app.event(/^(app_uninstalled|tokens_revoked)$/, async ({ event }) => status.authLost(event.type));
  return app;

  async function answer(
    command: CommandRequest | null,
    ack: ((payload?: EphemeralReply) => Promise<void>) | null,
    responseUrl: unknown,
  ): Promise<void> {
    if (!command) return void (await ack?.());
    const working = run(command);
    const inTime = ack ? await within(setup.clock, setup.timings.commandMs, working) : null;
    if (ack) {
      const reply = inTime?.value;
      await ack(reply ? onlyForThem(reply) : undefined);
      if (inTime) return;
    }
    const reply = await working;
    if (reply) await respond(responseUrl, reply);
  }

  /** Slack does not send a command twice, so whoever gave it is told when it came to nothing. */
  async function run(command: CommandRequest): Promise<Reply | null> {
    const handle = handler();
    if (!handle) return notNow;
    try {
      return (await handle(command)).reply;
    } catch (error) {
      setup.log.error({ err: error, trace: command.trace }, 'command failed');
      return notNow;
    }
  }

  /** Bolt's own `respond` posts to whatever address the event names. */
  async function respond(responseUrl: unknown, reply: Reply): Promise<void> {
    const url = slackUrl(responseUrl, setup.apiUrl);
    if (!url) {
      setup.log.warn("answer not given: response_url is not on one of Slack's servers");
      return;
    }
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...onlyForThem(reply), replace_original: false }),
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

/** Shown to whoever gave the command. The blocks are ours; Bolt's types name each kind of them. */
function onlyForThem({ text, blocks }: Reply): EphemeralReply {
  return { response_type: 'ephemeral', text, ...(blocks && { blocks: blocks as unknown as types.KnownBlock[] }) };
}
