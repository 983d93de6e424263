import type { LiveEvent } from '../domain/live.ts';

/** What happens, as it happens, with the last of it to begin with. */
export interface LiveFeed {
  publish(event: Omit<LiveEvent, 'id' | 'at'>): void;
  /** Those after `id` that are still remembered, oldest first; null: all. */
  since(id: number | null): LiveEvent[];
  /** The answer ends the subscription. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
}
