import { onScopeDispose, type Ref, ref } from 'vue';
import { address } from '../api.ts';

export type Connection = 'connecting' | 'live' | 'lost';

export interface Heard<T> {
  data: T;
  /** The event's id; '' without one. */
  id: string;
}

/**
 * Subscribes to a stream of server-sent events while the component is mounted. The browser reconnects after a lost
 * connection, but not after an HTTP error; this function does, without Last-Event-ID.
 * @param read parses the data of an event; JSON by default
 */
export function useEvents(
  path: string,
  listeners: Record<string, (heard: Heard<unknown>) => void>,
  onLive?: () => void,
  read: (text: string, event: string) => unknown = (text) => JSON.parse(text),
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
        listener({ data: read(event.data, name), id: event.lastEventId });
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
