import type { Delivery, SendEventOptions } from './events.ts';
import { channelType, messageJson } from './messages.ts';
import { newFile } from './methods/files.ts';
import { workspaceOf } from './teams.ts';
import type { FakeChannel, FakeFile, FakePost, FakeTeam, Json } from './types.ts';
import type { World } from './world.ts';

export interface SayInput {
  /** Channel id, `#name`, or a user id for the direct message of that user with the bot. */
  channel: string;
  /** Default: the first user. */
  user?: string;
  text?: string;
  team?: string;
  thread_ts?: string;
  subtype?: string;
  /** Another bot speaks: `bot_message` without a user. */
  bot_id?: string;
  blocks?: Json[];
  attachments?: Json[];
  files?: { name: string; content: string | Buffer; shown?: FakeFile['shown'] }[];
  /** Sends each event once more although it was acked. */
  redeliver?: boolean;
}

export interface Said {
  ts: string;
  channel: string;
  files: FakeFile[];
  /** Event ids in order: the `message`, then the `app_mention` if there is one; none if the bot cannot see it. */
  eventIds: string[];
  /** Settles when each event was acked or given up. Never rejects. */
  delivered: Promise<Delivery[]>;
}

export interface EditInput {
  channel: string;
  ts: string;
  text: string;
  team?: string;
}

/** People (and other bots) saying things; what our bot does is echoed back as the events Slack sends it. */
export function createConversation(parts: {
  world: World;
  baseUrl: () => string;
  sendEvent: (event: Json, options: SendEventOptions) => Promise<Delivery>;
  echo: () => boolean;
}) {
  const { world, baseUrl, sendEvent, echo } = parts;

  function resolve(team: FakeTeam, given: string): FakeChannel {
    if (team.users.some((user) => user.id === given)) return world.openDirect(team, [given]);
    const name = given.replace(/^#/, '');
    const channel = world.channel(team, given) ?? team.channels.find((one) => one.name === name);
    if (!channel) throw new Error(`no channel ${given} in ${team.id}: ${team.channels.map((one) => one.id)}`);
    return channel;
  }

  function messageEvent(post: FakePost, channel: FakeChannel): Json {
    return {
      ...messageJson(post, baseUrl()),
      team: workspaceOf(world.team(post.team), channel),
      ...(post.byBot ? {} : { client_msg_id: `msg-${post.ts}` }),
      channel: channel.id,
      event_ts: post.ts,
      channel_type: channelType(channel),
    };
  }

  function deliver(team: FakeTeam, channel: FakeChannel, events: Json[], redeliver = false) {
    const seen = channel.members.has(team.botUserId) ? events : [];
    const eventIds = seen.map(() => world.nextId('Ev'));
    const sent = seen.map((event, at) => sendEvent(event, { team: team.id, eventId: eventIds[at], redeliver }));
    return { eventIds, delivered: Promise.all(sent) };
  }

  function say(input: SayInput): Said {
    const team = world.team(input.team);
    const channel = resolve(team, input.channel);
    const user = input.user ?? (team.users.find((one) => channel.members.has(one.id)) ?? team.users[0])?.id ?? 'U1';
    const files = (input.files ?? []).map(({ name, content, shown }) => {
      const bytes = Buffer.from(content);
      return Object.assign(newFile(world, team, user, name, bytes.length), {
        content: bytes,
        complete: true,
        ...(shown && { shown }),
      });
    });
    const subtype = input.subtype ?? (input.bot_id ? 'bot_message' : files.length > 0 ? 'file_share' : undefined);
    const post = world.addPost({
      team: team.id,
      channel: channel.id,
      text: input.text ?? '',
      byBot: false,
      ...(input.bot_id ? { bot_id: input.bot_id } : { user }),
      ...(subtype ? { subtype } : {}),
      ...(input.thread_ts ? { thread_ts: input.thread_ts } : {}),
      ...(input.blocks ? { blocks: input.blocks } : {}),
      ...(input.attachments ? { attachments: input.attachments } : {}),
      ...(files.length > 0 ? { files } : {}),
    });
    for (const file of files) file.shares.push({ channel: channel.id, ts: post.ts });
    const events = [messageEvent(post, channel)];
    const mentions = post.text.includes(`<@${team.botUserId}>`) && !channel.is_im;
    if (mentions) {
      const { channel_type: _, subtype: __, ...rest } = messageEvent(post, channel);
      events.push({ ...rest, type: 'app_mention' });
    }
    return { ts: post.ts, channel: channel.id, files, ...deliver(team, channel, events, input.redeliver) };
  }

  function edit(input: EditInput): Omit<Said, 'files'> {
    const { team, channel, post } = find(input);
    const former = { ...post };
    Object.assign(post, { text: input.text, edited: { user: post.user ?? '', ts: world.nextTs() } });
    world.changed();
    return { ts: post.ts, channel: channel.id, ...deliver(team, channel, [changedEvent(post, former, channel)]) };
  }

  function erase(input: Omit<EditInput, 'text'>): Omit<Said, 'files'> {
    const { team, channel, post } = find(input);
    post.deleted = true;
    world.changed();
    return { ts: post.ts, channel: channel.id, ...deliver(team, channel, [deletedEvent(post, channel)]) };
  }

  function find(input: Omit<EditInput, 'text'>) {
    const team = world.team(input.team);
    const channel = resolve(team, input.channel);
    const post = world.findPost(team.id, channel.id, input.ts);
    if (!post) throw new Error(`no message ${input.ts} in ${channel.id}`);
    return { team, channel, post };
  }

  const about = (channel: FakeChannel, subtype: string): Json => {
    const ts = world.nextTs();
    const type = channelType(channel);
    return { type: 'message', subtype, hidden: true, channel: channel.id, ts, event_ts: ts, channel_type: type };
  };
  const changedEvent = (post: FakePost, former: FakePost, channel: FakeChannel): Json => ({
    ...about(channel, 'message_changed'),
    message: messageJson(post, baseUrl()),
    previous_message: messageJson(former, baseUrl()),
  });
  const deletedEvent = (post: FakePost, channel: FakeChannel): Json => ({
    ...about(channel, 'message_deleted'),
    deleted_ts: post.ts,
    previous_message: messageJson(post, baseUrl()),
  });

  function echoed(post: FakePost, event: (channel: FakeChannel) => Json): void {
    const team = world.team(post.team);
    const channel = world.channel(team, post.channel);
    if (channel && echo()) deliver(team, channel, [event(channel)]);
  }
  world.botDid.on('posted', (post: FakePost) => echoed(post, (channel) => messageEvent(post, channel)));
  world.botDid.on('deleted', (post: FakePost) => echoed(post, (channel) => deletedEvent(post, channel)));
  world.botDid.on('edited', (post: FakePost, former: FakePost) =>
    echoed(post, (channel) => changedEvent(post, former, channel)),
  );
  world.botDid.on('joined', (team: FakeTeam, channel: FakeChannel) => {
    const who = { user: team.botUserId, channel: channel.id, channel_type: 'C', team: team.id };
    if (echo()) deliver(team, channel, [{ type: 'member_joined_channel', ...who, event_ts: world.nextTs() }]);
  });

  return { say, edit, erase };
}
