/** The live feed: events as cards for the stream page, sent as they happen. */
export { createLiveFeed, showDeliveries } from './live-feed.ts';
export { shareLive } from './share.ts';
