import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { createTurns } from '../../../src/lib/turns.ts';
import { type CommandResult, createCommands } from '../../../src/modules/events/redis/commands.ts';
import { createWhyUnserved } from '../../../src/modules/events/redis/served.ts';
import type { Installed } from '../../../src/ports/installations.ts';

/** T1 is home, T2 is registered as `blue`, T3 without a namespace, T4 came by /slack/install. */
function setUp(fields: readonly string[] | null) {
  const namespaces: Record<string, string> = { T2: 'blue', T3: '', T4: '' };
  const hash = fields && { entry: async (field: string) => (fields.includes(field) ? '{}' : null) };
  const results: CommandResult[] = [];
  const reasons: string[] = [];
  const teams: string[] = [];
  const take = createCommands({
    store: {
      accept: async ({ deliveries = [] }) => {
        teams.push(...deliveries.map(({ team }) => team));
        return { duplicate: false } as never;
      },
    },
    bots: null,
    inTurn: createTurns(),
    whyUnserved: createWhyUnserved({
      hash,
      isHome: (team) => team === 'T1',
      installer: {
        find: async (team) => (team in namespaces ? ({ team, namespace: namespaces[team] } as Installed) : null),
        registeredAs: async (team) => (team === 'T4' ? null : (namespaces[team] ?? null)),
      },
    }),
    stamp: () => ({ newId: () => 'id', now: 1, ttlMs: 1 }),
    log: pino({ level: 'warn' }, { write: (line: string) => void reasons.push(JSON.parse(line).reason) }),
    onCommand: (result) => void results.push(result),
  });
  async function send(team: string, namespace?: string): Promise<string> {
    const payload = { channel: 'C1', text: 'hello' };
    await take(JSON.stringify({ type: 'message', id: '1', team_id: team, namespace, payload }));
    return results.at(-1) === 'refused' ? `refused: ${reasons.at(-1)}` : `${results.at(-1)} ${teams.at(-1)}`;
  }
  return { send };
}

test('a message goes to the bot of its namespace, or without one to that of the workspace', async () => {
  const { send } = setUp([]);
  assert.equal(await send('T2', 'blue'), 'done T2');
  for (const team of ['T1', 'T2', 'T3', 'T4']) assert.equal(await send(team), `done ${team}`);
  assert.equal(await send('T3', ''), 'done T3');
});

test('a message with a namespace that the workspace does not have is refused, and the reason names both', async () => {
  const { send } = setUp(['green-T2', 'green-T3']);
  for (const team of ['T1', 'T2', 'T3', 'T4']) {
    assert.equal(
      await send(team, 'green'),
      `refused: ${team} has no bot with the namespace "green". Name that of its bot, or none`,
    );
  }
  assert.equal(await send('T9', 'green'), 'refused: the bot is not installed in the workspace T9');
  assert.match(await setUp(null).send('T1', 'green'), /^refused/, 'without a hash there are no namespaces');
});

test('a field of the hash is served by the own bot, and by one that came by /slack/install', async () => {
  const { send } = setUp(['blue-T1', 'blue-T4']);
  assert.deepEqual([await send('T1', 'blue'), await send('T4', 'blue')], ['done T1', 'done T4']);
});
