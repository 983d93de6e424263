import type { Logger } from 'pino';
import type { UnservedBot } from '../../../domain/unserved-bot.ts';
import { cleanLine } from '../../../lib/clean-line.ts';
import { eachOf } from '../../../lib/each-of.ts';
import type { createTurns } from '../../../lib/turns.ts';
import type { BotRegistry, Unregistration } from '../../../ports/bot-registry.ts';
import { BotRefused, botOf, fieldOf, teamOfField } from './bot-entry.ts';

/** Bots of the hash that a comparison registers. */
const mostBots = 20_000;
/** Bots of a comparison whose tokens are checked at a time. */
const atOnce = 4;
/** Bots that are not served and kept, for pages and metrics. */
const mostUnserved = 1_000;
/** One comparison logs this many bots that are not served, and then only how many more there are. */
const mostLogged = 20;

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
  unserved(): readonly UnservedBot[];
}

/** Keeps the registered bots as the hash has them. */
export function createBots({ hash, registry, isHome, homeToken, inTurn, onChange, log }: BotsParts): Bots {
  const unserved = new Map<string, UnservedBot>();
  /** Fields whose token is not used, since the workspace is served with another one. */
  const ignored = new Set<string>();
  let isDue = false;
  let running: Promise<void> | null = null;
  let isAgain = false;
  let mayLog = mostLogged;

  const shown = (field: string) => cleanLine(field).slice(0, 100);
  const tell = () => registry?.tellUnserved([...unserved.values()]);

  function note(field: string, { fault, message }: BotRefused): void {
    isDue ||= fault === 'slack';
    const known = unserved.get(field);
    if (known?.problem === message || (known === undefined && unserved.size >= mostUnserved)) return;
    unserved.set(field, { field: shown(field), fault, problem: message });
    tell();
    if (mayLog > 0) log.warn({ field: shown(field), fault, reason: message }, 'a bot of the Redis hash is not served');
    mayLog -= 1;
  }

  function ignore(field: string, reason: string): void {
    if (ignored.has(field) || ignored.size >= mostUnserved) return;
    ignored.add(field);
    log.warn({ field: shown(field), reason }, 'the token of a field of the Redis hash is not used');
  }

  function forget(field: string): void {
    if (unserved.delete(field)) tell();
  }

  async function register(field: string): Promise<Added> {
    const entry = await hash.entry(field);
    if (entry === null) return 'absent';
    const bot = botOf(field, entry);
    const { team, namespace } = bot;
    if (isHome(team)) {
      if (homeToken !== undefined && bot.token !== homeToken)
        ignore(field, `${team} is served with SLACK_BOT_TOKEN, which is another one. Remove the field`);
      return 'done';
    }
    if (registry === null) throw new BotRefused('keys', needsKeys);
    const other = await registry.registeredAs(team);
    if (other !== null && other !== namespace && (await hash.entry(fieldOf(team, other))) !== null) {
      const has = shown(fieldOf(team, other));
      throw new BotRefused(
        'namespace',
        `${team} has a bot already, that of the field ${has}. Remove one of both fields`,
      );
    }
    const done = await registry.register(bot, async () => (await hash.entry(field)) === entry);
    if (done.kind === 'unserved') throw new BotRefused(done.fault, done.problem);
    if (done.kind === 'installed')
      ignore(
        field,
        `${team} came by /slack/install, with another token. Remove the field, or ${team} at /ultronex/workspaces`,
      );
    if (done.kind === 'served' || done.kind === 'installed') return 'duplicate';
    ignored.delete(field);
    await onChange('workspace register', team, done.kind === 'replaced' ? `${shown(field)}, again` : shown(field));
    return 'done';
  }

  async function add(field: string): Promise<Added> {
    try {
      const result = await register(field);
      forget(field);
      return result;
    } catch (error) {
      if (error instanceof BotRefused) note(field, error);
      else isDue = true;
      throw error;
    }
  }

  async function removeOne(team: string, namespace: string): Promise<Unregistration> {
    forget(fieldOf(team, namespace));
    const result = (await registry?.unregister(team, namespace)) ?? 'absent';
    if (result === 'removed') await onChange('workspace unregister', team, shown(fieldOf(team, namespace)));
    return result;
  }

  async function remove(team: string, namespace: string): Promise<Unregistration> {
    const result = await removeOne(team, namespace);
    // Also when another program removed it: each one has its own list of bots that are not served.
    const waiting = [...unserved].filter(([field, { fault }]) => fault === 'namespace' && teamOfField(field) === team);
    for (const [field] of waiting.sort(([one], [other]) => (one < other ? -1 : 1))) await tryAdd(field);
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
    // In one order for all programs: of two bots of a workspace each takes the same.
    const fields = Object.keys(entries).sort();
    for (const field of ignored) if (!Object.hasOwn(entries, field)) ignored.delete(field);
    for (const field of unserved.keys()) if (!Object.hasOwn(entries, field)) forget(field);
    if (fields.length > 0) await removeAbsent(entries);
    else await keepAll();
    if (fields.length > mostBots) {
      log.error(
        { bots: fields.length, most: mostBots },
        'the Redis hash has too many bots: the last ones are not registered',
      );
    }
    await eachOf(fields.slice(0, mostBots), atOnce, (field) => inTurn(teamOfField(field), () => tryAdd(field)));
    if (mayLog < 0) log.warn({ more: -mayLog }, 'more bots of the Redis hash are not served');
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
      mayLog = mostLogged;
      await compareOnce().catch((error) => {
        isDue = true;
        log.warn({ err: error }, 'the hash of bots was not compared; it is tried again');
      });
    } while (isAgain);
  }

  function compare(): Promise<void> {
    isAgain = running !== null;
    running ??= compareAll().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    add,
    remove,
    compare,
    async retry() {
      if (isDue) await compare();
    },
    unserved: () => [...unserved.values()],
  };
}
