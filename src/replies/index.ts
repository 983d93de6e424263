/** Replies to trigger words, read from YAML files ("packs"). */
export { aboutFolder, noReplies } from './folder-problem.ts';
export { loadPack } from './load-pack.ts';
export type { Pack } from './pack.ts';
export { createReplies, type Replies, type ReplyUse } from './replies.ts';
export { watchPacks } from './watch-packs.ts';
