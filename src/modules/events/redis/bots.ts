import type { Logger } from 'pino';
import type { UnservedBot } from '../../../domain/unserved-bot.ts';
import { eachOf } from '../../../lib/each-of.ts';
import type { createTurns } from '../../../lib/turns.ts';
import type { BotRegistry, Unregistration } from '../../../ports/bot-registry.ts';
import { BotRefused, botOf, fieldOf, teamOfField } from './bot-entry.ts';
import { createTried } from './tried.ts';
import { createUnserved, shownField as shown } from './unserved.ts';

/** Bots of the hash that a comparison registers. */
const mostBots = 20_000;
/** Bots of a comparison whose tokens are checked at a time. */
const atOnce = 4;

const needsKeys =
  'its token cannot be kept: TOKEN_KEYS is not set. Set it to k1: and the output of openssl rand -base64 32';

/** The Redis hash of bots. */
export interface BotHash {
  /** Resolves with the values of all fields. */
  all(): Promise<Record<string, string>>;
  /** Null: there is no such field. */
  entry(field: string): Promise<string | null>;
}

export interface BotsParts {
  hash: BotHash;
  /** Null: TOKEN_KEYS is not set. */
  registry: BotRegistry | null;
  /** Whether the workspace is that of SLACK_BOT_TOKEN, whose token the hash may have too. */
  isHome(team: string): boolean;
  /** SLACK_BOT_TOKEN; undefined: not known. */
  homeToken?: string | undefined;
  /** By team. */
  inTurn: ReturnType<typeof createTurns>;
  /** Called after a bot was added, replaced or removed. */
  onChange(action: 'workspace register' | 'workspace unregister', team: string, detail: string): Promise<void>;
  log: Logger;
}

/** `duplicate`: it is registered already. `absent`: the hash has no such field. */
type Added = 'done' | 'duplicate' | 'absent';

export interface Bots {
  /** Registers the bot of a field as the hash has it. Call it in the team's turn. @throws BotRefused, StoreUnavailable */
  add(field: string): Promise<Added>;
  /**
   * Removes a bot that came from the hash, and registers another one of this workspace that waited for it. Call it in the team's
   * turn. @throws StoreUnavailable
   */
  remove(team: string, namespace: string): Promise<Unregistration>;
  /** Compares the hash with what is registered. One comparison at a time; another one follows when called meanwhile. Never rejects. */
  compare(): Promise<void>;
  /** Compares again if the last comparison could not do everything. */
  retry(): Promise<void>;
  /**
   * Reads the hash again for bots that are not served: registers those that are mended, names those that were removed here, and forgets
   * those whose fields are gone. It removes no bot, since a program may be writing the hash. Never rejects.
   */
  review(): Promise<void>;
  unserved(): readonly UnservedBot[];
}

/** Keeps the registered bots as the hash has them. */
export function createBots({ hash, registry, isHome, homeToken, inTurn, onChange, log }: BotsParts): Bots {
  const unserved = createUnserved(log, (all) => registry?.tellUnserved(all));
  const tried = createTried();
  let isDue = false;
  let running: Promise<void> | null = null;
  let isAgain = false;

  async function register(field: string): Promise<Added> {
    const entry = await hash.entry(field);
    if (entry === null) return 'absent';
    tried.began(field, entry);
    const bot = botOf(field, entry);
    const { team, namespace } = bot;
    if (isHome(team)) {
      if (homeToken !== undefined && bot.token !== homeToken)
        unserved.ignore(field, `${team} is served with SLACK_BOT_TOKEN, which is another one. Remove the field`);
      return 'done';
    }
    if (registry === null) throw new BotRefused('keys', needsKeys);
    const other = await registry.registeredAs(team);
    if (other !== null && other !== namespace && (await hash.entry(fieldOf(team, other))) !== null) {
      const has = shown(fieldOf(team, other));
      const remedy = `Delete this field (HDEL), or delete ${has} and publish team_removed for it`;
      throw new BotRefused('namespace', `${team} has a bot already, that of the field ${has}. ${remedy}`);
    }
    const done = await registry.register(bot, async () => (await hash.entry(field)) === entry);
    if (done.kind === 'unserved') throw new BotRefused(done.fault, done.problem);
    if (done.kind === 'installed')
      unserved.ignore(
        field,
        `${team} came by /slack/install, with another token. Remove the field, or ${team} at /ultronex/workspaces`,
      );
    if (done.kind === 'served' || done.kind === 'installed') return 'duplicate';
    unserved.used(field);
    await onChange('workspace register', team, done.kind === 'replaced' ? `${shown(field)}, again` : shown(field));
    return 'done';
  }

  async function add(field: string): Promise<Added> {
    try {
      const result = await register(field);
      unserved.forget(field);
      return result;
    } catch (error) {
      if (error instanceof BotRefused) refused(field, error);
      else {
        isDue = true;
        tried.forget(field);
      }
      throw error;
    }
  }

  function refused(field: string, why: BotRefused): void {
    tried.refused(field, why.fault);
    isDue ||= why.fault === 'slack';
    unserved.note(field, why);
  }

  async function removeOne(team: string, namespace: string): Promise<Unregistration> {
    unserved.forget(fieldOf(team, namespace));
    const result = (await registry?.unregister(team, namespace)) ?? 'absent';
    if (result === 'removed') await onChange('workspace unregister', team, shown(fieldOf(team, namespace)));
    return result;
  }

  async function remove(team: string, namespace: string): Promise<Unregistration> {
    const result = await removeOne(team, namespace);
    // Also when another program removed it: each one has its own list of bots that are not served.
    const waiting = unserved.waiting().filter((field) => teamOfField(field) === team);
    for (const field of waiting.sort()) await tryAdd(field);
    return result;
  }

  /** As `add`, for a field of which nobody waits for the result. */
  async function tryAdd(field: string): Promise<Added | 'unserved'> {
    try {
      return await add(field);
    } catch (error) {
      if (error instanceof BotRefused) return 'unserved';
      throw error;
    }
  }

  /** Removes the registered bots that the hash has no more. */
  async function removeAbsent(entries: Readonly<Record<string, string>>): Promise<void> {
    if (registry === null) return;
    for await (const { team, namespace } of registry.registered()) {
      const field = fieldOf(team, namespace);
      if (Object.hasOwn(entries, field)) continue;
      await inTurn(team, async () => {
        if ((await hash.entry(field)) === null) await removeOne(team, namespace);
      });
    }
  }

  async function compareOnce(): Promise<void> {
    const entries = await hash.all();
    const fields = fieldsOf(entries);
    if (fields.length > 0) await removeAbsent(entries);
    else await keepAll();
    if (fields.length > mostBots) {
      const counts = { bots: fields.length, most: mostBots };
      log.error(counts, 'the Redis hash has too many bots: the last ones are not registered');
    }
    await addAll(fields.slice(0, mostBots));
  }

  /** Tries again the fields whose last attempt may have another result now. */
  async function reviewOnce(): Promise<void> {
    const entries = await hash.all();
    const fields = fieldsOf(entries).slice(0, mostBots);
    const registered = new Set<string>();
    for await (const { team, namespace } of registry?.registered() ?? []) registered.add(fieldOf(team, namespace));
    const open = fields.filter((field) => tried.isOpen(field, entries[field] ?? '', registered.has(field)));
    await addAll(open);
  }

  /** The fields in one order for all programs: of two bots of a workspace each takes the same. Forgets those that are gone. */
  function fieldsOf(entries: Readonly<Record<string, string>>): string[] {
    const isField = (field: string) => Object.hasOwn(entries, field);
    unserved.keepOnly(isField);
    tried.keepOnly(isField);
    return Object.keys(entries).sort();
  }

  async function addAll(fields: readonly string[]): Promise<void> {
    unserved.beginLog();
    await eachOf(fields, atOnce, (field) => inTurn(teamOfField(field), () => tryAdd(field)));
    unserved.endLog();
  }

  /** An empty hash is more likely a Redis that lost its data than an end of all bots at once. */
  async function keepAll(): Promise<void> {
    for await (const { team } of registry?.registered() ?? []) {
      log.warn(
        { team },
        'the Redis hash of bots is empty: the registered bots stay. Write the hash again, or remove them at /ultronex/workspaces',
      );
      return;
    }
  }

  async function compareAll(): Promise<void> {
    do {
      isAgain = false;
      isDue = false;
      await compareOnce().catch(failed);
    } while (isAgain);
  }

  function failed(error: unknown): void {
    isDue = true;
    log.warn({ err: error }, 'the hash of bots was not compared; it is tried again');
  }

  /** Does one thing at a time. */
  function alone(work: () => Promise<void>): Promise<void> {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  }

  function compare(): Promise<void> {
    isAgain = running !== null;
    return alone(compareAll);
  }

  return {
    add,
    remove,
    compare,
    async retry() {
      if (isDue) await compare();
    },
    review: () =>
      alone(async () => {
        await reviewOnce().catch(failed);
        if (isAgain) await compareAll();
      }),
    unserved: unserved.list,
  };
}
