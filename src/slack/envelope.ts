import type { Json } from './json.ts';

/** What Slack sent, over HTTP or Socket Mode: an event, a command, a press, or a form that was sent. */
export interface Envelope {
  body: Json;
  /** Of Socket Mode. */
  id?: string;
  /** Tells Slack that it arrived, with the answer to a command or a form. */
  ack(answer?: unknown): Promise<void>;
}
