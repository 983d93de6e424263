/** Types that the simulator's routes send and its page reads; these routes are not in the OpenAPI document. */
import type { ChannelKind } from '../domain/event.ts';
import type { Tone } from '../domain/tone.ts';

export interface User {
  id: string;
  name: string;
  /** A guest may not give commands, as in Slack. */
  guest?: true;
}

export interface Channel {
  id: string;
  name: string;
  kind: ChannelKind;
  /** The user of a direct-message channel. */
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
  /** Colours it. */
  tone?: Tone;
  /** `username` and `icon` replace the bot's name and picture. */
  username?: string;
  icon?: string;
}

export interface State {
  bot: User;
  users: User[];
  channels: Channel[];
  messages: Message[];
}
