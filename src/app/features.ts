import { coreFeatures, workspaceFeatures } from '../config/index.ts';
import type { Feature, OffFeature } from '../domain/off.ts';
import { modules } from '../modules/index.ts';
import type { Settings } from './settings.ts';

/** Every feature that can be off, in the order of the home page. */
export const features: readonly Feature<Settings>[] = [
  ...workspaceFeatures,
  ...modules.flatMap(({ features = [] }) => features as readonly Feature<Settings>[]),
  ...coreFeatures,
];

/** Returns the features that these settings turn off. */
export function offFeatures(config: Settings): OffFeature[] {
  return features.filter(({ isOff }) => isOff(config)).map(({ title: _, isOff: __, ...feature }) => feature);
}
