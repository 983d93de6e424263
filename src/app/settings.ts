import type { SettingSchema } from '../config/index.ts';
import { type CoreSettings, coreSettings, loadSettings } from '../config/index.ts';
import { type ModuleSettings, modules } from '../modules/index.ts';

/** Every setting of the program: the core's and its modules'. */
export type Settings = CoreSettings & ModuleSettings;

/** Their schemas by name, in the order of docs/configuration.md. Knowing them loads no module's code. */
export const settingSchemas = Object.assign({}, coreSettings, ...modules.map(({ settings }) => settings)) as Readonly<
  Record<keyof Settings, SettingSchema>
>;

/** Reads and checks all settings. @throws ConfigError with every problem at once */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Settings {
  return loadSettings(settingSchemas, env) as Settings;
}
