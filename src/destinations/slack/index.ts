/** Slack as a destination: renders messages, and posts, edits, deletes and finds them. */
export { blocksOf } from './blocks.ts';
export { createSender } from './sender.ts';
