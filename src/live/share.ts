import { cut } from '../domain/cut.ts';
import type { LiveEvent } from '../domain/live.ts';
import type { NewsStore } from '../ports/news-store.ts';
import type { SharedFeed } from './live-feed.ts';

const topic = 'live';
/** The text of a card is cut at this length for other programs, so that it fits into a notification. The ledger has all of it. */
const sharedCharacters = 1_500;

/** Tells the other programs on the store of each event here, and adds theirs to the feed. */
export function shareLive(store: NewsStore, live: SharedFeed): void {
  if (!store.isShared) return;
  let isTold = false;
  live.subscribe((event) => {
    if (!isTold) store.tell(topic, { ...event, text: cut(event.text, sharedCharacters) });
  });
  store.onTold(topic, (event) => {
    isTold = true;
    live.receive(event as LiveEvent);
    isTold = false;
  });
}
