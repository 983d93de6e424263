export const levels = ['success', 'warning', 'danger'] as const;
export type Level = (typeof levels)[number];

/** One card of the live page. */
export interface LiveEvent {
  /** Grows by one; resumable as `Last-Event-ID` together with the program's start, see `http/routes/events.ts`. */
  id: number;
  /** Milliseconds since the epoch. */
  at: number;
  level: Level;
  /** What happened; `part`: a part of the program changed its state. */
  what: 'sent' | 'retry' | 'failed' | 'expired' | 'merged' | 'withdrawn' | 'part';
  channel: string;
  text: string;
  deliveryId: string | null;
  trace: string | null;
}
