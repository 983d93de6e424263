import { fieldsOf, listOf, nameOf, numberOf, textOf, timeOf } from '../../heroku-api/index.ts';
import type { Addon, AppInfo, Formation, Release } from './types.ts';

/** Most config vars. */
const mostVars = 500;

export function readApp(value: unknown): AppInfo {
  const { id, name, owner, team, region, stack, maintenance } = fieldsOf(value);
  return {
    ...{ id: textOf(id), name: textOf(name), region: nameOf(region), stack: nameOf(stack) },
    owner: nameOf(team) || textOf(fieldsOf(owner).email),
    maintenance: maintenance === true,
  };
}

export const readFormation = (value: unknown): Formation[] =>
  listOf(value, ({ type, quantity, size }) =>
    textOf(type) === '' ? null : { type: textOf(type), quantity: numberOf(quantity) ?? 0, size: nameOf(size) },
  );

/** Newest first. */
export const readReleases = (value: unknown): Release[] =>
  listOf(value, ({ version, description, status, user, created_at }) => {
    const number = numberOf(version);
    if (number === null) return null;
    return {
      ...{ version: number, description: textOf(description), status: textOf(status) || 'succeeded' },
      ...{ by: textOf(fieldsOf(user).email), createdAt: timeOf(created_at) ?? 0 },
    };
  }).sort((a, b) => b.version - a.version);

export const readAddons = (value: unknown): Addon[] =>
  listOf(value, ({ name, addon_service, plan, state }) =>
    textOf(name) === ''
      ? null
      : { name: textOf(name), service: nameOf(addon_service), plan: nameOf(plan), state: textOf(state) || 'unknown' },
  );

/** Names and values of config vars. The values are secrets. */
export function readConfigVars(value: unknown): Map<string, string> {
  const entries = Object.entries(fieldsOf(value)).slice(0, mostVars);
  return new Map(entries.map(([name, text]) => [textOf(name), String(text)]));
}
