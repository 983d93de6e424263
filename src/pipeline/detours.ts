import type { IncomingMessage } from '../domain/event.ts';
import type { NewsStore } from '../ports/news-store.ts';

type Detoured = Pick<IncomingMessage, 'team' | 'channel' | 'key'>;

/**
 * Messages that are matched outside of the event loop. Later messages of the same channel take the same way, which
 * keeps their order.
 */
export interface Detours {
  enter(message: Detoured): void;
  leave(message: Detoured): void;
  /** Returns whether an earlier message of this channel is still being matched. */
  isOpen(message: Detoured): boolean;
}

/** Another process of the same store may have finished the work, and its report may be lost. */
const forgetAfterMs = 60_000;

export function createDetours(now: () => number): Detours {
  /** By channel: the messages under way, and the time when the last one was added. */
  const open = new Map<string, { keys: Set<string>; at: number }>();
  const channelOf = ({ team, channel }: Detoured) => `${team} ${channel}`;
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

const topics = { enter: 'detour', leave: 'detour over' } as const;

/** Tells the other programs on the store of each detour and its end, so that later messages that come to them wait as well. */
export function shareDetours(detours: Detours, news: NewsStore): Detours {
  const facts = ({ team, channel, key }: Detoured): Detoured => ({ team, channel, key });
  news.onTold(topics.enter, (message) => detours.enter(message as Detoured));
  news.onTold(topics.leave, (message) => detours.leave(message as Detoured));
  return {
    ...detours,
    enter(message) {
      detours.enter(message);
      news.tell(topics.enter, facts(message));
    },
    leave(message) {
      if (detours.isOpen(message)) news.tell(topics.leave, facts(message));
      detours.leave(message);
    },
  };
}
