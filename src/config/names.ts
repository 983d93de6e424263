import type { SettingSchema, SettingSchemas } from './setting.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Returns the name under which a setting is given, as itself or as the path of a file: its own one, else another one that it has. */
export function givenName(name: string, { alsoNamed = [] }: SettingSchema, env: Env): string {
  const isGiven = (each: string) => Boolean(env[each] || env[`${each}_FILE`]);
  return [name, ...alsoNamed].find(isGiven) ?? name;
}

/** Returns the settings under their own names, without those that are given under two. */
export function underOwnNames(schemas: SettingSchemas, env: Readonly<Record<string, string>>): Record<string, string> {
  const own = { ...env };
  for (const [name, schema] of Object.entries(schemas)) {
    const value = env[givenName(name, schema, env)];
    if (value !== undefined) own[name] = value;
    for (const other of schema.alsoNamed ?? []) delete own[other];
  }
  return own;
}
