import type { LiveEvent } from '../domain/live.ts';

/** The live feed: events of all programs on the store as they happen, beginning with the recent ones. */
export interface LiveFeed {
  /** @param id of what several programs see by themselves, such as an event of Docker: it is shown once. `docker-` and letters or digits. */
  publish(event: Omit<LiveEvent, 'id' | 'at'>, id?: string): void;
  /**
   * Returns the events in memory that came after the one with this id, oldest first; null: all of them. Some that happened
   * elsewhere just before it are among them, because programs hear of one another's events a moment later. An id that is not in
   * memory counts as null.
   */
  since(id: string | null): LiveEvent[];
  /** The returned function ends the subscription. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
}
