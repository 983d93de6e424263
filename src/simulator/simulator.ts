import { InvalidRequest, UltronexError } from '../domain/errors.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Recording } from '../domain/team-event.ts';
import { type Names, referenceText, visibleText } from '../domain/visible-text.ts';
import type { NameBook } from '../ports/names.ts';
import type { FindPerson } from '../ports/recipients.ts';
import type { MessageSender } from '../ports/sender.ts';
import type { EventHandler, EventSource, FileFetcher } from '../ports/source.ts';
import { buttonsOf } from './buttons.ts';
import { createNameBook } from './name-book.ts';
import { createRecorder } from './recorder.ts';
import { createSimulatorSender, permalink } from './sender.ts';
import type { Channel, Message, User } from './shown.ts';
import { bot, createWorkspace, type SimulatedWorkspace, team } from './workspace.ts';

interface Said {
  channel: string;
  user: string;
  text: string;
  threadTs?: string;
  files?: string[];
}

export interface Simulator {
  source: EventSource;
  sender: MessageSender;
  files: FileFetcher;
  workspace: SimulatedWorkspace;
  /** Names of its users and channels by id. */
  names: Names;
  findPerson: FindPerson;
  nameBook: NameBook;
  /** A user writes a message. */
  say(said: Said): Promise<Message>;
  /** A user gives a slash command or presses a button. Resolves with the reply, which only they see. */
  command(asked: Said): Promise<string | null>;
}

/** The program is stopping and accepts nothing new. */
class Stopping extends UltronexError {
  override readonly code = 'ERR_STOPPING';
  override readonly status = 503;
  override readonly retryable = true;
}

/**
 * Returns the simulator. @param onError called with the text of each error that Slack would have returned
 * @param recording which events are recorded for programs outside; null: none
 */
export function createSimulator(
  now: () => number,
  onError: (text: string) => void,
  recording: Recording | null = null,
): Simulator {
  const workspace = createWorkspace(now);
  let handler: EventHandler | null = null;
  let commands = 0;

  const recorder = recording && createRecorder(workspace, recording, () => handler);

  const names: Names = {
    user: (id) => workspace.user(id)?.name ?? null,
    channel: (id) => workspace.findChannel(id)?.name ?? null,
  };

  const findPerson: FindPerson = async (written) => {
    const plain = written.replace(/^@/, '');
    const user = workspace.users().find(({ id, name }) => id === plain || name === plain.toLowerCase());
    if (user) return { kind: 'found', id: user.id };
    const known = workspace
      .users()
      .slice(0, 10)
      .map(({ name }) => `@${name}`);
    const reason = plain.includes('@')
      ? 'users of the simulator have no e-mail address'
      : 'the simulator has no such user';
    return { kind: 'absent', reason: `${reason}; it has ${known.join(', ')}` };
  };

  function handle(): EventHandler {
    if (handler === null) throw new Stopping('The program is stopping; try again in a moment.');
    return handler;
  }

  /** As Slack does: the bot's own posts come back as events. */
  function echo(message: Message, channel: Channel): void {
    const event = {
      ...toIncoming(message, channel, names),
      ...recorder?.post(message),
      fromBot: true,
      own: true as const,
    };
    handler?.(event).catch(() => {});
  }

  function place({ channel: written, user: id }: Said): { channel: Channel; user: User } {
    const channel = workspace.findChannel(written);
    const user = workspace.user(id);
    if (channel === null) throw new InvalidRequest('channel', `there is no channel "${written}"`);
    if (user === null) throw new InvalidRequest('user', `there is no user "${id}"`);
    return { channel, user };
  }

  return {
    workspace,
    names,
    findPerson,
    nameBook: createNameBook(workspace),
    sender: createSimulatorSender(workspace, onError, echo),
    source: {
      async start(take) {
        handler = take;
      },
      async stop() {
        handler = null;
      },
      health: () => ({ state: 'ok', detail: 'No Slack is configured; the simulator is the workspace.' }),
    },
    files: {
      async fetch(_team, { url }) {
        const { bytes } = workspace.file(url);
        return { kind: 'fetched', bytes };
      },
    },
    async say(said) {
      const { channel, user } = place(said);
      const take = handle();
      const attached = (said.files ?? []).map((id) => workspace.file(id));
      const files = attached.map(({ id, name, mimetype, bytes }) => ({ id, name, mimetype, size: bytes.length }));
      const message = workspace.post({
        channel: channel.id,
        user: user.id,
        text: said.text,
        threadTs: said.threadTs ?? null,
        files,
      });
      await take({ ...toIncoming(message, channel, names), ...recorder?.post(message) });
      return message;
    },
    async command(asked) {
      const { channel, user } = place(asked);
      commands += 1;
      const key = `${team}:command:${now()}:${commands}`;
      const event = {
        kind: 'command',
        key,
        trace: key,
        team,
        channel: channel.id,
        user: user.id,
        text: asked.text,
      } as const;
      const { reply } = await handle()(event);
      if (reply === null) return null;
      const { text, buttons } = reply;
      workspace.post({
        channel: channel.id,
        user: bot.id,
        text,
        buttons: buttonsOf({ buttons }),
        ephemeralTo: user.id,
      });
      return text;
    },
  };
}

function toIncoming(message: Message, channel: Channel, names: Names): IncomingMessage {
  const references = referenceText(message.text);
  return {
    kind: 'message',
    key: `${team}:${channel.id}:${message.ts}`,
    trace: `sim-${message.ts}`,
    team,
    authorTeam: team,
    channel: channel.id,
    channelKind: channel.kind,
    user: message.user,
    botUser: bot.id,
    text: message.text,
    visible: visibleText(message.text, names),
    ...(references !== null && { references }),
    ts: message.ts,
    threadTs: message.threadTs ?? undefined,
    subtype: message.files.length > 0 ? 'file_share' : undefined,
    fromBot: false,
    files: message.files.map((file) => ({ ...file, url: file.id })),
    permalink: permalink(channel.id, message.ts),
  };
}
