/**
 * Puts core and modules together: settings, features, pages, delivery sources, channels to post to. No other room does.
 * Importing it loads no module's code.
 */
export { compositionOf } from './composition.ts';
export { features, offFeatures } from './features.ts';
export { openModules } from './open-modules.ts';
export { pages } from './pages.ts';
export { postChannels } from './post-channels.ts';
export { loadConfig, type Settings, settingSchemas } from './settings.ts';
export { deliverySources, renewedSources } from './sources.ts';
