import { type InjectionKey, inject, provide, type Ref, ref } from 'vue';
import { api, reason, type Status } from '../api.ts';
import { usePoll } from './poll.ts';

/** Whether an optional part of the program is turned on. */
export const hasPart = (status: Status | null, name: string) =>
  status?.parts.some((part) => part.name === name) ?? false;

interface ServerStatus {
  /** null until the first answer. */
  status: Ref<Status | null>;
  /** Why the last question got no answer; null: it did. */
  problem: Ref<string | null>;
  /** When the last answer came, milliseconds since the epoch. */
  at: Ref<number>;
}

const key: InjectionKey<ServerStatus> = Symbol('status');

/** Asks the server how it is, again and again; everything inside the page may then `useStatus()`. */
export function provideStatus(everyMs: number): ServerStatus {
  const server: ServerStatus = { status: ref(null), problem: ref(null), at: ref(0) };
  usePoll(async () => {
    try {
      server.status.value = await api.status();
      server.problem.value = null;
      server.at.value = Date.now();
    } catch (error) {
      server.problem.value = reason(error);
    }
  }, everyMs);
  provide(key, server);
  return server;
}

export function useStatus(): ServerStatus {
  const server = inject(key);
  if (!server) throw new Error('useStatus() outside a page that called provideStatus()');
  return server;
}
