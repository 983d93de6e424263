import pino from 'pino';
import { createTurns } from '../../../src/lib/turns.ts';
import { type BotsParts, createBots } from '../../../src/modules/events/redis/bots.ts';
import type { BotRegistry, GivenBot, Registration } from '../../../src/ports/bot-registry.ts';

export const entryOf = (team: string, namespace = '', token = `xoxb-${team}`) =>
  JSON.stringify({ team_id: team, token, namespace, provider: 'slack' });

/** Bots of a hash in memory, and a registry that takes each token but those of `refuses`. */
export function setUp(fields: Record<string, string>, given: Partial<BotsParts> = {}) {
  const rows = new Map<string, GivenBot>();
  const refuses = new Map<string, Extract<Registration, { kind: 'unserved' }>>();
  /** Tokens that were checked. */
  const calls: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const changes: string[] = [];
  const registry: BotRegistry = {
    async register(bot, isCurrent) {
      const refusal = refuses.get(bot.token);
      if (refusal !== undefined) {
        calls.push(bot.token);
        return refusal;
      }
      const known = rows.get(bot.team);
      if (known?.token === bot.token && known.namespace === bot.namespace) return { kind: 'served' };
      calls.push(bot.token);
      if (!(await isCurrent())) return { kind: 'served' };
      rows.set(bot.team, bot);
      return { kind: known === undefined ? 'registered' : 'replaced' };
    },
    async unregister(team, namespace) {
      if (rows.get(team)?.namespace !== namespace) return 'absent';
      rows.delete(team);
      return 'removed';
    },
    registeredAs: async (team) => rows.get(team)?.namespace ?? null,
    async *registered() {
      yield* [...rows.values()];
    },
    tellUnserved() {},
    unserved: () => [],
  };
  const hash = { all: async () => ({ ...fields }), entry: async (field: string) => fields[field] ?? null };
  const bots = createBots({
    ...{ hash, registry, isHome: (team: string) => team === 'THOME', inTurn: createTurns() },
    onChange: async (action, team, detail) => void changes.push(`${action} ${team} ${detail}`),
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    ...given,
  });
  const unserved = () => bots.unserved().map(({ field, fault }) => `${field} ${fault}`);
  return { bots, hash, registry, rows, refuses, calls, logged, changes, fields, unserved };
}
