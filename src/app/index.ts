/**
 * The sum of the core and its modules: settings, features, pages, delivery sources, channels to post to. Importing this
 * file loads neither the program nor a module's code; `start.ts` starts the program.
 */
export { compositionOf } from './composition.ts';
export { features, offFeatures } from './features.ts';
export { openModules, type RunningModule } from './open-modules.ts';
export { pages } from './pages.ts';
export { postChannels } from './post-channels.ts';
export { loadConfig, type Settings, settingSchemas } from './settings.ts';
export { deliverySources, renewedSources } from './sources.ts';
