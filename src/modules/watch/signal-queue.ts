import type { Logger } from 'pino';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { Signal, SignalSink } from '../../ports/signals.ts';

export interface SignalQueue {
  /** Sends a signal after those of the same key that wait. */
  send(signal: Signal): void;
  /** Sends what waits, after the store was unavailable. */
  retry(): Promise<void>;
  forget(): void;
  isEmpty(): boolean;
}

/** Signals of a key that wait. Beyond it an end and the begin that follows are left out. An even number. */
const mostOfKey = 20;

/** Sends the signals of each key in their order. A signal that the store could not take waits. */
export function createSignalQueue(sink: SignalSink, log: Logger): SignalQueue {
  const waiting = new Map<string, Signal[]>();
  const busy = new Set<Signal[]>();

  function add(signal: Signal): Signal[] {
    const list = waiting.get(signal.key) ?? [];
    waiting.set(signal.key, list);
    // An update replaces the signal that nobody has received yet, unless it is under way.
    const first = busy.has(list) ? 1 : 0;
    if (list.length > first && list.at(-1)?.status === signal.status) list.pop();
    list.push(signal);
    if (list.length > mostOfKey) list.splice(1, 2);
    return list;
  }

  async function drain(key: string, list: Signal[]): Promise<void> {
    if (busy.has(list)) return;
    busy.add(list);
    try {
      for (let signal = list[0]; signal !== undefined; signal = list[0]) {
        await sink.signal(signal).catch((error) => {
          if (error instanceof StoreUnavailable) throw error;
          log.error({ err: error, key }, 'a signal was refused');
        });
        list.shift();
      }
      if (waiting.get(key) === list) waiting.delete(key);
    } catch (error) {
      log.warn({ err: error, key }, 'a signal waits');
    } finally {
      busy.delete(list);
    }
  }

  return {
    send: (signal) => void drain(signal.key, add(signal)),
    async retry() {
      for (const [key, list] of waiting) await drain(key, list);
    },
    forget() {
      for (const list of waiting.values()) list.length = 0;
      waiting.clear();
    },
    isEmpty: () => waiting.size === 0,
  };
}
