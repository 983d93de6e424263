import type { Logger } from 'pino';
import { compose, type Stamp } from '../../../domain/compose.ts';
import type { SlackFields } from '../../../domain/delivery.ts';
import { inSlack } from '../../../domain/destination.ts';
import { sha256 } from '../../../lib/sha256.ts';
import type { createTurns } from '../../../lib/turns.ts';
import type { AcceptStore } from '../../../ports/unit-of-work.ts';
import type { commandResults } from '../metrics.ts';
import { BotRefused, fieldOf, type Json, objectOf, textOf } from './bot-entry.ts';
import type { Bots } from './bots.ts';
import type { WhyUnserved } from './served.ts';

export type CommandResult = (typeof commandResults)[number];

export interface CommandParts {
  store: AcceptStore;
  /** Null without RELAX_BOTS_KEY. */
  bots: Pick<Bots, 'add' | 'remove'> | null;
  /** By team: what is about one workspace happens in the order of the commands. */
  inTurn: ReturnType<typeof createTurns>;
  whyUnserved: WhyUnserved;
  stamp(): Stamp;
  log: Logger;
  onCommand(result: CommandResult): void;
}

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
    const command = objectOf(written);
    if (command === null) throw new CommandRefused('it is no JSON object');
    const team = textOf(command.team_id);
    if (team === null) throw new CommandRefused('it has no team_id');
    return parts.inTurn(team, () => runOf(team, command));
  }

  async function runOf(team: string, command: Json): Promise<CommandResult> {
    const namespace = textOf(command.namespace) ?? '';
    switch (command.type) {
      case 'team_added':
        return addBot(fieldOf(team, namespace));
      case 'team_removed':
        return removeBot(team, namespace);
      case 'message':
        return sendMessage(team, namespace, command);
      default:
        throw new CommandRefused(
          `its type ${JSON.stringify(command.type)?.slice(0, 100)} is not team_added, team_removed or message`,
        );
    }
  }

  async function addBot(field: string): Promise<CommandResult> {
    if (bots === null) throw new CommandRefused('RELAX_BOTS_KEY is not set: set it to the key of the hash of bots');
    const added = await bots.add(field);
    if (added === 'absent') throw new CommandRefused(`the hash of bots has no field ${field}: write it (HSET) first`);
    return added;
  }

  async function removeBot(team: string, namespace: string): Promise<CommandResult> {
    if (bots === null) throw new CommandRefused('RELAX_BOTS_KEY is not set, so there are no bots of the hash');
    const removed = await bots.remove(team, namespace);
    if (removed === 'installed') {
      throw new CommandRefused(`${team} came by /slack/install: remove it at /ultronex/workspaces`);
    }
    return removed === 'removed' ? 'done' : 'duplicate';
  }

  async function sendMessage(team: string, namespace: string, { id: given, payload }: Json): Promise<CommandResult> {
    const id = textOf(given) ?? (typeof given === 'number' ? String(given) : null);
    if (id === null || id.length > 200)
      throw new CommandRefused('it has no id of at most 200 characters, so it could act twice');
    const why = await parts.whyUnserved(team, namespace);
    if (why !== null) throw new CommandRefused(why);
    const frame = typeof payload === 'string' ? objectOf(payload) : payload;
    if (frame === null) throw new CommandRefused('its payload is no JSON object');
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
      // Why a bot is not served is told once, with its field.
      if (error instanceof BotRefused) return onCommand(error.fault === 'slack' ? 'failed' : 'refused');
      const isRefused = error instanceof CommandRefused;
      onCommand(isRefused ? 'refused' : 'failed');
      const fields = isRefused ? { reason: error.message } : { err: error };
      log.warn({ ...fields, command: sha256(written).slice(0, 12) }, 'a command of Redis was not obeyed');
    }
  };
}
