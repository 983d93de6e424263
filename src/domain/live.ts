export const levels = ['success', 'warning', 'danger'] as const;
export type Level = (typeof levels)[number];

/** A card of the live page. */
export interface LiveEvent {
  /**
   * The run of the program that it happened in, and its number there: `k3j9x2a1-42`. Of what several programs see, its kind and an
   * id: `docker-17645…`. It is the `Last-Event-ID`.
   */
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  level: Level;
  /** `part`: the health of a part of the program changed. The others are states of a delivery. */
  what: 'sent' | 'retry' | 'failed' | 'expired' | 'merged' | 'withdrawn' | 'part';
  /** The workspace that it is about; '' if it is about none. */
  team: string;
  channel: string;
  text: string;
  deliveryId: string | null;
  trace: string | null;
}
