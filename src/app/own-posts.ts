import type { IncomingMessage } from '../domain/event.ts';
import type { EventHandler } from '../ports/source.ts';

export interface OwnPosts {
  /** Calls `listener` with each event of a post of our own, before the pipeline, which ignores it. */
  listen(listener: (post: IncomingMessage) => void): void;
  /** Returns a handler of events that calls the listeners, and then `handle`. */
  before(handle: EventHandler): EventHandler;
}

export function createOwnPosts(): OwnPosts {
  const listeners: ((post: IncomingMessage) => void)[] = [];
  return {
    listen: (listener) => void listeners.push(listener),
    before: (handle) => (event) => {
      if (event.kind === 'message' && event.own) for (const listener of listeners) listener(event);
      return handle(event);
    },
  };
}
