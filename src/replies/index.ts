/** Trigger words and the replies to them, from packs in YAML. */
export { aboutFolder, folderProblem, noReplies, placeProblem } from './folder-problem.ts';
export { loadPack } from './load-pack.ts';
export type { Pack } from './pack.ts';
export { PackError } from './pack-error.ts';
export { openPackFolder } from './pack-folder.ts';
export { createReplies } from './replies.ts';
export { watchPacks } from './watch-packs.ts';
