import type { IncomingMessage } from '../domain/event.ts';

/**
 * Messages that are matched outside of the event loop, so that later ones of their channel go the same way and keep
 * their order.
 */
export interface Detours {
  enter(message: IncomingMessage): void;
  leave(message: IncomingMessage): void;
  /** Whether an earlier message of this channel is still on its way. */
  isOpen(message: IncomingMessage): boolean;
}

/** Another process that shares the store may have taken the work over; its end is not told here. */
const forgetAfterMs = 60_000;

export function createDetours(now: () => number): Detours {
  /** By channel: the messages on their way, and when the last of them set out. */
  const open = new Map<string, { keys: Set<string>; at: number }>();
  const channelOf = ({ team, channel }: IncomingMessage) => `${team} ${channel}`;
  return {
    enter(message) {
      const channel = open.get(channelOf(message)) ?? { keys: new Set(), at: 0 };
      channel.keys.add(message.key);
      open.set(channelOf(message), { ...channel, at: now() });
    },
    leave(message) {
      const channel = open.get(channelOf(message));
      if (channel?.keys.delete(message.key) && channel.keys.size === 0) open.delete(channelOf(message));
    },
    isOpen(message) {
      const channel = open.get(channelOf(message));
      if (channel === undefined) return false;
      if (Math.abs(now() - channel.at) < forgetAfterMs) return true;
      open.delete(channelOf(message));
      return false;
    },
  };
}
