/** Settings from the environment: their schemas, reading and checking them, the password and the folder of the data. */
export { makeDataFolder } from './data-folder.ts';
export { ConfigError, loadSettings } from './load.ts';
export { ownHosts, splitList } from './network.ts';
export { coreFeatures, workspaceFeatures } from './off.ts';
export { generate, loadPassword, type Password, readKept } from './password.ts';
export { type CoreSettings, coreSettings } from './schema.ts';
export type { SettingSchema } from './setting.ts';
