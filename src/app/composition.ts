import type { PostChannel } from '../domain/naming.ts';
import type { OffFeature } from '../domain/off.ts';
import type { Page } from '../domain/page.ts';
import type { Recording } from '../domain/team-event.ts';
import { modules } from '../modules/index.ts';
import { offFeatures } from './features.ts';
import { pages } from './pages.ts';
import { namingSettings, postChannels } from './post-channels.ts';
import type { Settings } from './settings.ts';
import { deliverySources } from './sources.ts';

/** The sum of what the core and its modules bring, with these settings. */
interface Composition {
  /** Features that the settings turn off. */
  off: readonly OffFeature[];
  pages: readonly Page[];
  /** Values of the field `source` of a message. */
  sources: readonly string[];
  /** The settings that name channels, and `patterns` for the channels of patterns. */
  namingSettings: readonly string[];
  postChannels: readonly PostChannel[];
  /** Which events of the workspaces are recorded for programs outside; null: none. */
  recording: Recording | null;
}

export function compositionOf(config: Settings): Composition {
  return {
    off: offFeatures(config),
    pages,
    sources: deliverySources,
    namingSettings,
    postChannels: postChannels(config),
    recording: recordingOf(config),
  };
}

function recordingOf(config: Settings): Recording | null {
  const records = modules.find(({ isOn, recording }) => recording !== undefined && isOn?.(config) !== false);
  return records?.recording?.(config) ?? null;
}
