/** One card of the live page. */
export interface LiveEvent {
  /** Grows by one; resumable as `Last-Event-ID` together with the program's start, see `http/routes/events.ts`. */
  id: number;
  /** Milliseconds since the epoch. */
  at: number;
  level: 'success' | 'warning' | 'danger';
  /** What happened: `sent`, `retry`, `failed`, `expired`, `merged`, `withdrawn`, `part` (a part of the program changed its state). */
  what: string;
  channel: string;
  text: string;
  deliveryId: string | null;
  trace: string | null;
}
