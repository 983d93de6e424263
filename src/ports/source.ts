import type { Content } from '../domain/delivery.ts';
import type { IncomingEvent, IncomingFile } from '../domain/event.ts';
import type { Form, FormErrors } from '../domain/form.ts';

/** The reply to a command, which only the user who gave the command sees. */
export interface CommandReply extends Pick<Content, 'text' | 'buttons'> {
  /** Shown in place of the reply where a form can be opened. */
  form?: Form;
  /** The command did nothing. The form that gave it shows this. */
  wrong?: FormErrors;
  /** A message in the channel shows the same to everybody. */
  isPosted?: boolean;
}

export interface Handled {
  duplicate: boolean;
  reply: CommandReply | null;
}

/** Resolves when the event is on disk and may be acknowledged. Rejects when it is not; the sender then repeats it. */
export type EventHandler = (event: IncomingEvent) => Promise<Handled>;

type PartState = 'ok' | 'degraded' | 'down';
export interface PartHealth {
  state: PartState;
  detail: string;
}

/** Whether a user is a member of the workspace, who may give commands. `unavailable`: Slack did not answer. `missing_scope`: the app may not read users. */
export type Standing = 'member' | 'external' | 'unavailable' | 'missing_scope';

/** Where events come from: Slack, or the simulator. */
export interface EventSource {
  start(handler: EventHandler): Promise<void>;
  stop(): Promise<void>;
  health(): PartHealth;
}

/** Fetches an attached file. Never rejects. */
export interface FileFetcher {
  fetch(team: string, file: IncomingFile): Promise<FetchedFile>;
}
/** `name`: when only the workspace knew it. `reason`: for people, without a full stop. */
export type FetchedFile = { name?: string } & (
  | { kind: 'fetched'; bytes: Uint8Array }
  | { kind: 'retry'; reason: string }
  | { kind: 'refused'; reason: string }
);
