import { type InjectionKey, inject, provide, type Ref, ref } from 'vue';
import { api, reason, type Status } from '../api.ts';
import { usePoll } from './poll.ts';

/** Returns whether an optional part of the program is on. */
export const hasPart = (status: Status | null, name: string) =>
  status?.parts.some((part) => part.name === name) ?? false;

interface ServerStatus {
  /** null until the first response. */
  status: Ref<Status | null>;
  /** Why the last request failed; null if it succeeded. */
  problem: Ref<string | null>;
  /** Time of the last response, milliseconds since the epoch. */
  at: Ref<number>;
}

const key: InjectionKey<ServerStatus> = Symbol('status');

/** Polls the server's status, and provides it to `useStatus()` of all components in the page. */
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
