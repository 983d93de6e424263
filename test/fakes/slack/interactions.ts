import { messageJson } from './messages.ts';
import type { createResponses } from './responses.ts';
import { submission, type ViewInput } from './submissions.ts';
import { isOrg, workspaceOf } from './teams.ts';
import type { createTransport, Outcome, Targets } from './transport.ts';
import type { FakeChannel, FakeResponse, FakeTeam, FakeView, Json } from './types.ts';
import type { World } from './world.ts';

export interface SlashInput {
  /** Default `/ultronex`. */
  command?: string;
  text?: string;
  /** Default: the first user. */
  user?: string;
  /** Channel id, or the id of `user` for the direct message. Default: the first channel. */
  channel?: string;
  team?: string;
}

export interface ButtonInput {
  action_id: string;
  value?: string;
  user?: string;
  channel: string;
  /** The message with the button. */
  ts: string;
  team?: string;
}

/** What the app answered at once, and what it sends to the response_url afterwards. */
export interface AppReply {
  acked: boolean;
  outcome: Outcome['outcome'] | 'not_connected';
  /** The ack's payload or the HTTP body, parsed when it is JSON, else `{ text }`; `{}` when empty. */
  body: Json;
  /** Shorthand for `body.text`. */
  text: string | undefined;
  responseUrl: string;
  /** Grows while the app uses the response_url. */
  responses: FakeResponse[];
}

/** Slash commands and buttons: one try each, the person sees an error if the app does not answer. */
export function createInteractions(parts: {
  world: World;
  targets: Targets;
  transport: ReturnType<typeof createTransport>;
  responses: ReturnType<typeof createResponses>;
  baseUrl: () => string;
}) {
  const { world, targets, transport, responses, baseUrl } = parts;

  function scene(input: { team?: string; user?: string; channel?: string }) {
    const team = world.team(input.team);
    const user = team.users.find((one) => (input.user ? one.id === input.user : true));
    const direct = user && input.channel === user.id ? world.openDirect(team, [user.id]) : undefined;
    const channel = direct ?? team.channels.find((one) => (input.channel ? one.id === input.channel : true));
    if (!user || !channel) throw new Error(`no user ${input.user} or channel ${input.channel} in ${team.id}`);
    return { team, user, channel };
  }

  async function slashCommand(input: SlashInput = {}): Promise<AppReply> {
    const { team, user, channel } = scene(input);
    const link = responses.open(team, channel, user.id);
    const fields = {
      token: 'verification-token',
      team_id: workspaceOf(team, channel),
      ...(isOrg(team) && { enterprise_id: team.id, enterprise_name: team.name }),
      team_domain: team.domain,
      channel_id: channel.id,
      channel_name: channel.is_im ? 'directmessage' : channel.is_private ? 'privategroup' : channel.name,
      user_id: user.id,
      user_name: user.name,
      command: input.command ?? '/ultronex',
      text: input.text ?? '',
      api_app_id: world.appId,
      is_enterprise_install: String(isOrg(team)),
      response_url: link.url,
      trigger_id: world.trigger(team.id, user.id),
    };
    const body = new URLSearchParams(fields).toString();
    const http = { url: targets.commandsUrl, body, contentType: 'application/x-www-form-urlencoded' };
    const outcome = await transport({ kind: 'slash_commands', payload: fields, http, retryNum: 0 });
    const reply = readReply(outcome, link);
    if (reply.acked) responses.show(team, channel, user.id, reply.body);
    return reply;
  }

  async function pressButton(input: ButtonInput): Promise<AppReply> {
    const { team, user, channel } = scene(input);
    const link = responses.open(team, channel, user.id, input.ts);
    const payload = buttonPayload(input, team, channel, { id: user.id, name: user.name }, link.url);
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const http = { url: targets.interactiveUrl, body, contentType: 'application/x-www-form-urlencoded' };
    return readReply(await transport({ kind: 'interactive', payload, http, retryNum: 0 }), link);
  }

  function buttonPayload(
    input: ButtonInput,
    team: FakeTeam,
    channel: FakeChannel,
    user: { id: string; name: string },
    responseUrl: string,
  ): Json {
    const post =
      world.findPost(team.id, channel.id, input.ts) ??
      world.ephemerals.find((one) => one.ts === input.ts && one.team === team.id);
    const has = (part: Json) => JSON.stringify(part).includes(JSON.stringify(input.action_id));
    const inBlock = post?.blocks?.find(has);
    const attachment = inBlock === undefined ? (post?.attachments ?? []).findIndex(has) : -1;
    const inAttachment = (post?.attachments?.[attachment]?.blocks as Json[] | undefined)?.find(has);
    const holder = inBlock ?? inAttachment;
    return {
      type: 'block_actions',
      team: { id: workspaceOf(team, channel), domain: team.domain },
      user: { ...user, username: user.name, team_id: workspaceOf(team, channel) },
      api_app_id: world.appId,
      token: 'verification-token',
      container: {
        type: inAttachment ? 'message_attachment' : 'message',
        ...(inAttachment ? { attachment_id: attachment + 1, is_app_unfurl: false } : {}),
        message_ts: input.ts,
        channel_id: channel.id,
        is_ephemeral: post?.ephemeralTo !== undefined,
      },
      trigger_id: world.trigger(team.id, user.id),
      enterprise: isOrg(team) ? { id: team.id, name: team.name } : null,
      is_enterprise_install: isOrg(team),
      channel: { id: channel.id, name: channel.name },
      ...(post ? { message: messageJson(post, baseUrl()) } : {}),
      state: { values: {} },
      response_url: responseUrl,
      actions: [
        {
          type: 'button',
          action_id: input.action_id,
          block_id: (holder?.block_id as string | undefined) ?? 'b1',
          text: { type: 'plain_text', text: input.action_id, emoji: true },
          ...(input.value === undefined ? {} : { value: input.value }),
          action_ts: world.nextTs(),
        },
      ],
    };
  }

  /** A modal stays open when the app finds something wrong, or does not answer. */
  async function submitView(input: ViewInput = {}): Promise<AppReply> {
    const view = world.views.findLast(
      ({ id, open }) => (open || input.again === true) && (input.id === undefined || id === input.id),
    );
    if (view === undefined) throw new Error(`no open modal ${input.id ?? ''}`);
    return sendView(view, submission(world, view, input));
  }

  async function sendView(view: FakeView, payload: Json): Promise<AppReply> {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const http = { url: targets.interactiveUrl, body, contentType: 'application/x-www-form-urlencoded' };
    const outcome = await transport({ kind: 'interactive', payload, http, retryNum: 0 });
    const reply = readReply(outcome, { url: '', received: [] });
    view.errors = (reply.body.errors as Record<string, string> | undefined) ?? {};
    if (reply.acked && reply.body.response_action !== 'errors') view.open = false;
    const blocks = (view.view.blocks as Json[]).map(({ block_id: id }) => id);
    const unknown = Object.keys(view.errors).filter((name) => !blocks.includes(name));
    if (unknown.length > 0) throw new Error(`errors for blocks that the modal does not have: ${unknown.join(', ')}`);
    world.changed();
    return reply;
  }

  return { slashCommand, pressButton, submitView };
}

function readReply(outcome: Outcome | undefined, link: { url: string; received: FakeResponse[] }): AppReply {
  const body = parse(outcome?.body ?? '');
  return {
    acked: outcome?.acked ?? false,
    outcome: outcome?.outcome ?? 'not_connected',
    body,
    text: typeof body.text === 'string' ? body.text : undefined,
    responseUrl: link.url,
    responses: link.received,
  };
}

function parse(body: string): Json {
  if (body.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Json) : { text: String(value) };
  } catch {
    return { text: body };
  }
}
