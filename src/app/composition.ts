import type { PostChannel } from '../domain/naming.ts';
import type { OffFeature } from '../domain/off.ts';
import type { Page } from '../domain/page.ts';
import { offFeatures } from './features.ts';
import { pages } from './pages.ts';
import { namingSettings, postChannels } from './post-channels.ts';
import type { Settings } from './settings.ts';
import { deliverySources } from './sources.ts';

/** The parts that core and modules contribute to, under these settings. */
interface Composition {
  /** Features that the settings turn off. */
  off: readonly OffFeature[];
  pages: readonly Page[];
  /** Values of the field `source` of a message. */
  sources: readonly string[];
  /** The settings that name channels, and `patterns` for the channels of patterns. */
  namingSettings: readonly string[];
  postChannels: readonly PostChannel[];
}

export function compositionOf(config: Settings): Composition {
  return {
    off: offFeatures(config),
    pages,
    sources: deliverySources,
    namingSettings,
    postChannels: postChannels(config),
  };
}
