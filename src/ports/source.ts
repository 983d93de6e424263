import type { Content } from '../domain/delivery.ts';
import type { IncomingEvent, IncomingFile } from '../domain/event.ts';

/** What a command answers to the one who gave it; nobody else sees it. */
export type Reply = Pick<Content, 'text' | 'blocks'>;

export interface Handled {
  duplicate: boolean;
  reply: Reply | null;
}

/** Resolves when the event is safe and may be acknowledged; rejects when it is not, so that it comes again. */
export type EventHandler = (event: IncomingEvent) => Promise<Handled>;

type PartState = 'ok' | 'degraded' | 'down';
export interface Health {
  state: PartState;
  detail: string;
}

/** Whether somebody may give commands; `unavailable`: Slack could not be asked, `missing_scope`: the app may not ask it. */
export type Standing = 'member' | 'external' | 'unavailable' | 'missing_scope';

/** Where events come from: Slack, or the simulator. */
export interface EventSource {
  start(handler: EventHandler): Promise<void>;
  stop(): Promise<void>;
  health(): Health;
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
