/** Settings from the environment: schemas, reading, checks; the API's password; the data folder. */
export { makeDataFolder } from './data-folder.ts';
export { authorityOf, databaseOf, wantedOf } from './database.ts';
export { ConfigError, loadSettings } from './load.ts';
export { givenName, underOwnNames } from './names.ts';
export { ownHosts, splitList } from './network.ts';
export { coreFeatures, workspaceFeatures } from './off.ts';
export { generate, loadPassword, type Password, readKept } from './password.ts';
export { type CoreSettings, coreSettings } from './schema.ts';
export type { SettingSchema } from './setting.ts';
