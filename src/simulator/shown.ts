/** What the simulator's page is told, the same type on both sides of the wire. Its routes are not in the OpenAPI document. */
import type { ChannelKind } from '../domain/event.ts';

export interface User {
  id: string;
  name: string;
  /** May not give commands, as in Slack. */
  guest?: true;
}

export interface Channel {
  id: string;
  name: string;
  kind: ChannelKind;
  /** Of a direct-message channel: whose. */
  user?: string;
}

export interface Button {
  label: string;
  value: string;
  danger?: boolean;
}

/** A message as the page shows it. */
export interface Message {
  ts: string;
  channel: string;
  user: string;
  text: string;
  threadTs: string | null;
  edited: boolean;
  ephemeralTo: string | null;
  files: { id: string; name: string; mimetype: string; size: number }[];
  buttons: Button[];
  /** In place of the bot's name and picture. */
  username?: string;
  icon?: string;
}

export interface State {
  bot: User;
  users: User[];
  channels: Channel[];
  messages: Message[];
}
