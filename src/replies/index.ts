export { aboutFolder } from './folder-problem.ts';
export { loadPack } from './load-pack.ts';
export type { Pack, Reply, Trigger } from './pack.ts';
export { PackError, type Problem } from './pack-error.ts';
export { createReplies, type Heard, type Replies, type RepliesOptions, type ReplyAnswer } from './replies.ts';
export { type WatchPacksOptions, watchPacks } from './watch-packs.ts';
