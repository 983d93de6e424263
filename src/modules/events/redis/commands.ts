import type { Logger } from 'pino';
import { compose, type Stamp } from '../../../domain/compose.ts';
import type { SlackFields } from '../../../domain/delivery.ts';
import { inSlack } from '../../../domain/destination.ts';
import { parseJson } from '../../../domain/json.ts';
import { sha256 } from '../../../lib/sha256.ts';
import type { AcceptStore } from '../../../ports/unit-of-work.ts';
import type { commandResults } from '../metrics.ts';

/** The bots that a Redis hash registers, by Relax's rules. */
export interface Bots {
  /** Registers the bot of a workspace, or replaces its token. */
  add(team: string, token: string, namespace: string): Promise<void>;
  remove(team: string): Promise<void>;
}

export type CommandResult = (typeof commandResults)[number];

export interface CommandParts {
  store: AcceptStore;
  bots: Bots;
  /** Resolves with whether the bot is installed in a workspace. */
  isInstalled(team: string): Promise<boolean>;
  /** Resolves with an entry of the hash of bots; null: there is none. */
  registered(field: string): Promise<string | null>;
  stamp(): Stamp;
  log: Logger;
  onCommand(result: CommandResult): void;
}

type Json = Record<string, unknown>;

/** Characters of a command. */
const longest = 262_144;
/** Characters of a text in Slack: https://docs.slack.dev/reference/methods/chat.postMessage */
const longestText = 40_000;

class CommandRefused extends Error {}

/** Returns a function that runs a command of Relax's channel: team_added, team_removed, message. It never rejects. */
export function createCommands(parts: CommandParts) {
  const { store, bots, log, onCommand } = parts;

  async function run(written: string): Promise<CommandResult> {
    if (written.length > longest) throw new CommandRefused(`it has more than ${longest} characters`);
    const command = objectOf(written, 'it is no JSON object');
    const team = textOf(command.team_id);
    if (team === null) throw new CommandRefused('it has no team_id');
    const namespace = textOf(command.namespace) ?? '';
    switch (command.type) {
      case 'team_added': {
        const entry = await parts.registered(fieldOf(team, namespace));
        if (entry === null) throw new CommandRefused(`the hash of bots has no field ${fieldOf(team, namespace)}`);
        const bot = botOf(entry);
        await bots.add(bot.team, bot.token, bot.namespace);
        return 'done';
      }
      case 'team_removed':
        await bots.remove(team);
        return 'done';
      case 'message':
        return sendMessage(team, command);
      default:
        throw new CommandRefused(`its type ${JSON.stringify(command.type)} is not team_added, team_removed or message`);
    }
  }

  async function sendMessage(team: string, { id: given, payload }: Json): Promise<CommandResult> {
    const id = textOf(given) ?? (typeof given === 'number' ? String(given) : null);
    if (id === null || id.length > 200)
      throw new CommandRefused('it has no id of at most 200 characters, so it could act twice');
    if (!(await parts.isInstalled(team))) throw new CommandRefused(`the bot is not installed in the workspace ${team}`);
    const frame = typeof payload === 'string' ? objectOf(payload, 'its payload is no JSON object') : payload;
    const { channel: to, text: said, thread_ts, attachments } = (frame ?? {}) as Json;
    const channel = textOf(to);
    const text = typeof said === 'string' ? said : '';
    const legacy = Array.isArray(attachments) && attachments.length > 0 ? attachments : undefined;
    if (channel === null) throw new CommandRefused('its payload has no channel');
    if (text === '' && legacy === undefined) throw new CommandRefused('its payload has no text');
    if (text.length > longestText) throw new CommandRefused(`its text has more than ${longestText} characters`);
    const threadTs = textOf(thread_ts) ?? undefined;
    const slackFields = legacy && ({ attachments: legacy } as SlackFields);
    const delivery = compose(parts.stamp(), {
      source: 'relax',
      team,
      destination: inSlack(channel),
      text,
      threadTs,
      slackFields,
    });
    const { duplicate } = await store.accept({ key: `${team}:relax:${id}`, deliveries: [delivery] });
    return duplicate ? 'duplicate' : 'done';
  }

  return async function take(written: string): Promise<void> {
    try {
      onCommand(await run(written));
    } catch (error) {
      const isRefused = error instanceof CommandRefused;
      onCommand(isRefused ? 'refused' : 'failed');
      const fields = isRefused ? { reason: error.message } : { err: error };
      log.warn({ ...fields, command: sha256(written).slice(0, 12) }, 'a command of Redis was not obeyed');
    }
  };
}

/** The field of a bot in the hash: `TEAM`, or `NAMESPACE-TEAM`. */
const fieldOf = (team: string, namespace: string): string => (namespace === '' ? team : `${namespace}-${team}`);

/** An entry of the hash of bots. @throws CommandRefused, without the token */
export function botOf(entry: string): { team: string; token: string; namespace: string } {
  const bot = objectOf(entry, 'an entry of the hash of bots is no JSON object');
  const [team, token] = [textOf(bot.team_id), textOf(bot.token)];
  if (team === null || token === null) throw new CommandRefused('an entry of the hash of bots has no team_id or token');
  return { team, token, namespace: textOf(bot.namespace) ?? '' };
}

function objectOf(written: string, problem: string): Json {
  try {
    const value = parseJson(written);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Said below.
  }
  throw new CommandRefused(problem);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
