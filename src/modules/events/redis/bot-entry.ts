import { parseJson } from '../../../domain/json.ts';
import type { BotFault } from '../../../domain/unserved-bot.ts';
import type { GivenBot } from '../../../ports/bot-registry.ts';

export type Json = Record<string, unknown>;

/** A bot of the hash is not served. The message names the remedy, and never the token. */
export class BotRefused extends Error {
  readonly fault: BotFault;

  constructor(fault: BotFault, problem: string) {
    super(problem);
    this.fault = fault;
  }
}

/** Characters of an entry. */
const longest = 10_000;

/** The field of a bot in the hash: `TEAM`, or `NAMESPACE-TEAM`. */
export const fieldOf = (team: string, namespace: string): string => (namespace === '' ? team : `${namespace}-${team}`);

/** The workspace that a field names. */
export const teamOfField = (field: string): string => field.slice(field.lastIndexOf('-') + 1);

/** Reads an entry of the hash of bots. @throws BotRefused */
export function botOf(field: string, entry: string): GivenBot {
  const bot = entry.length > longest ? null : objectOf(entry);
  if (bot === null)
    throw new BotRefused('entry', 'its value is not the JSON of an object. Write one with team_id and token');
  const [team, token, namespace] = [textOf(bot.team_id), textOf(bot.token), textOf(bot.namespace) ?? ''];
  if (team === null || !/^[A-Z0-9]{1,30}$/.test(team)) {
    throw new BotRefused('entry', 'it has no team_id of a workspace. Write one such as T012AB3CD');
  }
  if (token === null) throw new BotRefused('entry', 'it has no token. Write the one that begins with xoxb-');
  if (namespace.length > 200) throw new BotRefused('entry', 'its namespace has more than 200 characters. Shorten it');
  if (fieldOf(team, namespace) !== field) {
    throw new BotRefused('entry', `it is the bot of ${fieldOf(team, namespace).slice(0, 100)}. Write it to that field`);
  }
  return { team, token, namespace };
}

/** Null: it is not the JSON of an object. */
export function objectOf(written: string): Json | null {
  try {
    const value = parseJson(written);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
