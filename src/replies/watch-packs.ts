import { type Problem, type WatchFolderOptions, watchYamlFolder } from '../yaml-files/index.ts';
import { loadPack } from './load-pack.ts';
import type { Pack } from './pack.ts';

export interface WatchPacksOptions extends Omit<WatchFolderOptions<Pack>, 'load' | 'onContents'> {
  /** Called once before `watchPacks` resolves, then after every change, with all packs in force. */
  onPacks(packs: Pack[]): void;
  /** Called for each warning of the packs in force, whenever any pack changed. */
  onWarning?(warning: Problem & { file: string }): void;
}

/** Watches the packs of a folder. Resolves after the first reading. */
export function watchPacks({ onPacks, onWarning, ...options }: WatchPacksOptions): Promise<{ stop(): Promise<void> }> {
  return watchYamlFolder({
    ...options,
    load: loadPack,
    onContents(packs) {
      onPacks(packs);
      for (const { file, warnings } of packs) for (const warning of warnings) onWarning?.({ file, ...warning });
    },
  });
}
