export { aboutFolder } from './folder-problem.ts';
export { loadPack } from './load-pack.ts';
export type { Pack } from './pack.ts';
export { PackError } from './pack-error.ts';
export { createReplies } from './replies.ts';
export { watchPacks } from './watch-packs.ts';
