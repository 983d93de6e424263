import { address, call, query } from './api.ts';

/** The workspace without Slack. Its routes answer 404 when a Slack workspace is configured. */
export interface SimUser {
  id: string;
  name: string;
}
/** `im`: the direct message of `user` with the bot. */
export interface SimChannel {
  id: string;
  name: string;
  kind: 'channel' | 'im';
  user?: string;
}
export interface SimFile {
  id: string;
  name: string;
  mimetype: string;
  /** Bytes. */
  size: number;
}
export interface SimMessage {
  ts: string;
  channel: string;
  user: string;
  /** Slack's mrkdwn. */
  text: string;
  threadTs: string | null;
  edited: boolean;
  ephemeralTo: string | null;
  files: SimFile[];
  buttons: { label: string; value: string; danger?: boolean }[];
  /** In place of the bot's name. */
  username?: string;
  /** In place of the bot's picture: `:fire:`, or an address. */
  icon?: string;
}
export interface SimState {
  bot: SimUser;
  users: SimUser[];
  channels: SimChannel[];
  messages: SimMessage[];
}
export interface NewSimMessage {
  channel: string;
  user: string;
  text: string;
  threadTs?: string;
  files?: string[];
}

export const maxFileBytes = 5 * 1024 * 1024;

export const simulator = {
  state: () => call<SimState>('GET', 'simulator/state'),
  post: (message: NewSimMessage) => call<SimMessage>('POST', 'simulator/messages', message),
  /** `text` is what follows `/ultronex `. */
  command: (channel: string, user: string, text: string) =>
    call<{ reply: string | null }>('POST', 'simulator/commands', { channel, user, text }),
  press: (channel: string, user: string, value: string) =>
    call<{ reply: string | null }>('POST', 'simulator/actions', { channel, user, value }),
  upload: (file: File) => call<{ id: string }>('POST', `simulator/files${query({ name: file.name })}`, file),
  addUser: (name: string) => call<SimUser>('POST', 'simulator/users', { name }),
  addChannel: (name: string) => call<SimChannel>('POST', 'simulator/channels', { name }),
  fileAddress: (id: string) => address(`simulator/files/${encodeURIComponent(id)}`),
};
