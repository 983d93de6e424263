import type { PostChannel } from '../domain/naming.ts';
import type { OffFeature } from '../domain/off.ts';
import type { Page } from '../domain/page.ts';
import { offFeatures } from './features.ts';
import { pages } from './pages.ts';
import { namingSettings, postChannels } from './post-channels.ts';
import type { Settings } from './settings.ts';
import { deliverySources } from './sources.ts';

/** What core and modules bring together, under these settings. */
interface Composition {
  /** Features that the settings turn off. */
  off: readonly OffFeature[];
  pages: readonly Page[];
  /** Values of the field `source` of a message. */
  sources: readonly string[];
  /** What names channels: settings, and `patterns`. */
  namingSettings: readonly string[];
  postChannels: readonly PostChannel[];
}

export function compose(config: Settings): Composition {
  return {
    off: offFeatures(config),
    pages,
    sources: deliverySources,
    namingSettings,
    postChannels: postChannels(config),
  };
}
