import { onScopeDispose, type Ref, ref } from 'vue';
import { address } from '../api.ts';

export type Connection = 'connecting' | 'live' | 'lost';

export interface Heard<T> {
  data: T;
  /** The event's opaque id; empty when the server gave none. */
  id: string;
}

/**
 * Listens to a server-sent event stream for as long as the component lives.
 * The browser reconnects by itself after a lost connection, but gives up after an HTTP error; then we start anew.
 */
export function useEvents(
  path: string,
  listeners: Record<string, (heard: Heard<unknown>) => void>,
  onLive?: () => void,
): Ref<Connection> {
  const connection = ref<Connection>('connecting');
  let source: EventSource;
  let timer = 0;

  function connect() {
    source = new EventSource(address(path));
    source.addEventListener('open', () => {
      connection.value = 'live';
      onLive?.();
    });
    source.addEventListener('error', () => {
      connection.value = 'lost';
      if (source.readyState === EventSource.CLOSED) timer = window.setTimeout(connect, 3_000);
    });
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        listener({ data: JSON.parse(event.data), id: event.lastEventId });
      });
    }
  }

  connect();
  onScopeDispose(() => {
    clearTimeout(timer);
    source.close();
  });
  return connection;
}
