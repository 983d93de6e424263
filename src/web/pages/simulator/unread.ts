import { reactive } from 'vue';

/** Counts the messages of each channel that arrived while it was not open. */
export function createUnread() {
  const counts = reactive(new Map<string, number>());
  return {
    add: (channel: string) => counts.set(channel, (counts.get(channel) ?? 0) + 1),
    clear: (channel: string) => counts.delete(channel),
    of: (channel: string | undefined) => (channel ? (counts.get(channel) ?? 0) : 0),
  };
}
