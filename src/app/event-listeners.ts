import type { IncomingMessage } from '../domain/event.ts';
import type { EventHandler } from '../ports/source.ts';

export interface EventListeners {
  /** Calls `listener` with the team of each event. */
  onEvent(listener: (team: string) => void): void;
  /** Calls `listener` with each event of a post of our own, which the pipeline ignores. */
  onOwnPost(listener: (post: IncomingMessage) => void): void;
  /** Returns a handler of events that calls the listeners, and then `handle`. */
  before(handle: EventHandler): EventHandler;
}

export function createEventListeners(): EventListeners {
  const ofEvents: ((team: string) => void)[] = [];
  const ofOwnPosts: ((post: IncomingMessage) => void)[] = [];
  return {
    onEvent: (listener) => void ofEvents.push(listener),
    onOwnPost: (listener) => void ofOwnPosts.push(listener),
    before: (handle) => (event) => {
      for (const listener of ofEvents) listener(event.team);
      if (event.kind === 'message' && event.own) for (const listener of ofOwnPosts) listener(event);
      return handle(event);
    },
  };
}
