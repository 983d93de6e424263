import { InvalidRequest, NotFound } from '../domain/errors.ts';
import type { Channel, Message, User } from './shown.ts';

export const team = 'TSIM';
export const bot = { id: 'U0BOT', name: 'ultronex' };

export interface StoredFile {
  id: string;
  name: string;
  mimetype: string;
  bytes: Uint8Array;
}

export type Happening =
  | { event: 'message'; data: Message }
  | { event: 'deleted'; data: { channel: string; ts: string } }
  | { event: 'channel'; data: Channel };

/** Bounds of the workspace, which is in memory only. */
const maxMessages = 2_000;
const maxMembers = 200;
/** UTF-16 units of the texts of all messages. */
const maxCharacters = 4 * 1024 * 1024;
const maxFileBytes = 100 * 1024 * 1024;
const maxFiles = 1_000;

/** Returns a workspace with users, channels, messages and files. Beyond its bounds the oldest messages and files are dropped. */
export function createWorkspace(now: () => number) {
  const users = new Map<string, User>();
  const channels = new Map<string, Channel>();
  let messages: Message[] = [];
  let characters = 0;
  const files = new Map<string, StoredFile>();
  const listeners = new Set<(happening: Happening) => void>();
  const removed = new Set<string>();
  let lastTs = 0;
  let lastId = 0;

  const tell = (happening: Happening) => {
    for (const listener of listeners) listener(happening);
  };

  /** Returns a unique ts in Slack's form `seconds.micros`. */
  function nextTs(): string {
    lastTs = Math.max(lastTs + 1, now() * 1_000);
    return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`;
  }

  function cleanName(name: string, taken: Iterable<{ name: string }>): string {
    const clean = name.trim().replace(/^[#@]/, '').toLowerCase();
    if (!/^[\p{L}\p{N}_-]{1,80}$/u.test(clean)) {
      throw new InvalidRequest('name', `name "${name}": write 1 to 80 letters, digits, - or _`);
    }
    for (const each of taken) if (each.name === clean) throw new InvalidRequest('name', `"${clean}" is there already`);
    return clean;
  }

  function addUser(name: string, more: Pick<User, 'guest'> = {}): User {
    if (users.size >= maxMembers) throw new InvalidRequest('name', `there are ${maxMembers} users already`);
    lastId += 1;
    const user = { id: `U${lastId}`, name: cleanName(name, users.values()), ...more };
    users.set(user.id, user);
    openDirect(user.id);
    return user;
  }

  function addChannel(name: string): Channel {
    if (channels.size >= 2 * maxMembers) throw new InvalidRequest('name', 'there are too many channels already');
    lastId += 1;
    const channel: Channel = { id: `C${lastId}`, name: cleanName(name, channels.values()), kind: 'channel' };
    channels.set(channel.id, channel);
    tell({ event: 'channel', data: channel });
    return channel;
  }

  function openDirect(user: string): Channel {
    const id = `D${user}`;
    const channel = channels.get(id) ?? { id, name: bot.name, kind: 'im', user };
    if (!channels.has(id)) tell({ event: 'channel', data: channel });
    channels.set(id, channel);
    return channel;
  }

  /** Finds a channel by id, `#name`, `name`, or a user's id for their direct messages; null if there is none. */
  function findChannel(written: string): Channel | null {
    const plain = written.replace(/^<#([^|>]+)(\|[^>]*)?>$/, '$1');
    if (users.has(plain)) return openDirect(plain);
    const named = plain.replace(/^#/, '').toLowerCase();
    const byName = [...channels.values()].find((each) => each.kind !== 'im' && each.name === named);
    return channels.get(plain) ?? byName ?? null;
  }

  function post(message: Pick<Message, 'channel' | 'user' | 'text'> & Partial<Message>): Message {
    const posted: Message = {
      threadTs: null,
      edited: false,
      ephemeralTo: null,
      files: [],
      buttons: [],
      ...message,
      ts: nextTs(),
    };
    messages.push(posted);
    characters += posted.text.length;
    let dropped = 0;
    while (messages.length - dropped > maxMessages || (characters > maxCharacters && dropped < messages.length - 1)) {
      characters -= messages[dropped]?.text.length ?? 0;
      dropped += 1;
    }
    if (dropped > 0) messages = messages.slice(dropped);
    tell({ event: 'message', data: posted });
    return posted;
  }

  function findMessage(channel: string, ts: string): Message | null {
    return messages.findLast((each) => each.channel === channel && each.ts === ts) ?? null;
  }

  function change(message: Message, changed: Partial<Message>): void {
    characters += (changed.text ?? message.text).length - message.text.length;
    Object.assign(message, changed);
    tell({ event: 'message', data: message });
  }

  function remove(channel: string, ts: string): void {
    messages = messages.filter((each) => {
      const stays = each.channel !== channel || each.ts !== ts;
      if (!stays) characters -= each.text.length;
      return stays;
    });
    removed.add(`${channel} ${ts}`);
    if (removed.size > maxMessages) removed.delete(removed.keys().next().value ?? '');
    tell({ event: 'deleted', data: { channel, ts } });
  }

  function addFile(name: string, mimetype: string, bytes: Uint8Array): StoredFile {
    lastId += 1;
    const file = { id: `F${lastId}`, name, mimetype, bytes };
    files.set(file.id, file);
    let total = [...files.values()].reduce((sum, each) => sum + each.bytes.length, 0);
    for (const [id, { bytes: old }] of files) {
      if ((total <= maxFileBytes && files.size <= maxFiles) || id === file.id) break;
      files.delete(id);
      total -= old.length;
    }
    return file;
  }

  function file(id: string): StoredFile {
    const found = files.get(id);
    if (found === undefined) throw new NotFound(`There is no file "${id}"; upload it first.`);
    return found;
  }

  for (const name of ['ada', 'grace', 'linus']) addUser(name);
  for (const name of ['general', 'ops', 'random', 'alerts']) addChannel(name);
  // Added last, so that the channels keep the ids that documents mention.
  addUser('guest', { guest: true });
  addChannel('canary');

  return {
    users: () => [...users.values()],
    channels: () => [...channels.values()],
    messages: () => messages,
    user: (id: string) => users.get(id) ?? null,
    addUser,
    addChannel,
    findChannel,
    post,
    findMessage,
    change,
    remove,
    wasRemoved: (channel: string, ts: string) => removed.has(`${channel} ${ts}`),
    addFile,
    file,
    subscribe(listener: (happening: Happening) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export type SimulatedWorkspace = ReturnType<typeof createWorkspace>;
