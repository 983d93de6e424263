import type { Channel, Message, State, User } from '../simulator/shown.ts';
import { address, call, query } from './api.ts';

// The simulator's API.
export type { Channel as SimChannel, Message as SimMessage, User as SimUser };
export type SimFile = Message['files'][number];
export interface NewSimMessage {
  channel: string;
  user: string;
  text: string;
  threadTs?: string;
  files?: string[];
}

export const maxFileBytes = 5 * 1024 * 1024;

export const simulator = {
  state: () => call<State>('GET', 'simulator/state'),
  post: (message: NewSimMessage) => call<Message>('POST', 'simulator/messages', message),
  /** @param text the text after `/ultronex ` */
  command: (channel: string, user: string, text: string) =>
    call<{ reply: string | null }>('POST', 'simulator/commands', { channel, user, text }),
  press: (channel: string, user: string, value: string) =>
    call<{ reply: string | null }>('POST', 'simulator/actions', { channel, user, value }),
  upload: (file: File) => call<{ id: string }>('POST', `simulator/files${query({ name: file.name })}`, file),
  addUser: (name: string) => call<User>('POST', 'simulator/users', { name }),
  addChannel: (name: string) => call<Channel>('POST', 'simulator/channels', { name }),
  fileAddress: (id: string) => address(`simulator/files/${encodeURIComponent(id)}`),
};
