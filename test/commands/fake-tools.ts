import type { Asked, CommandTools } from '../../src/commands/command.ts';
import { createCommands, type NamedAnswer } from '../../src/commands/index.ts';
import { PatternRefused } from '../../src/domain/errors.ts';
import type { Mute, Subscription } from '../../src/domain/subscription.ts';

/** 2026-01-02T03:04:05Z */
export const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const reachable = ['general', 'ops', 'café-talk'];

export interface Fake extends CommandTools {
  subscriptions: Subscription[];
  mutes: Mute[];
  /** Runs a command as user U1 and applies its changes, as the store would. */
  say(text: string, asked?: Partial<Asked>): Promise<NamedAnswer>;
}

/** Returns tools for one team in memory. @param overrides replace single tools */
export function fakeTools(overrides: Partial<CommandTools> = {}): Fake {
  let ids = 0;
  const fake: Fake = {
    subscriptions: [],
    mutes: [],
    tracking: {
      check(pattern) {
        try {
          new RegExp(pattern);
        } catch (cause) {
          throw new PatternRefused(`pattern "${pattern}": does not parse`, { cause });
        }
      },
      find: () => [],
      warnings: (pattern) => (pattern.includes('a^b') ? ['This cannot match because of the ^.'] : []),
      heldBy: (team, user) => fake.subscriptions.filter((one) => one.team === team && one.user === user),
      holdersOf: (team, pattern) => fake.subscriptions.filter((one) => one.team === team && one.pattern === pattern),
      ofTeam: (team) => fake.subscriptions.filter((one) => one.team === team),
      countOf: (team) => fake.subscriptions.filter((one) => one.team === team).length,
      muteOf: (team, user) => fake.mutes.find((one) => one.team === team && one.user === user) ?? null,
    },
    random: () => 0,
    newId: () => `id-${++ids}`,
    quote: () => 'A quote.',
    async findChannel(_team, written) {
      const id = /^<#([A-Z0-9]+)/.exec(written)?.[1];
      if (id) return id;
      return reachable.includes(written.slice(1)) ? `C${written.slice(1).toUpperCase()}` : null;
    },
    watched: () => 'every channel I am a member of',
    latestXkcd: async () => 3200,
    status: async () => ['version 1', 'queue empty'],
    async say(text, asked) {
      const answer = await createCommands([]).run(
        text,
        { team: 'T1', user: 'U1', channel: 'D1', role: null, isMember: async () => true, now, ...asked },
        fake,
      );
      apply(fake, answer);
      return answer;
    },
    ...overrides,
  };
  return fake;
}

function apply(fake: Fake, { changes = [] }: NamedAnswer): void {
  for (const change of changes) {
    if (change.type === 'subscribe') fake.subscriptions.push(change.subscription);
    if (change.type === 'unsubscribe') {
      fake.subscriptions = fake.subscriptions.filter((one) => !change.ids.includes(one.id));
    }
    if (change.type === 'pause') {
      fake.subscriptions = fake.subscriptions.map(({ paused, ...one }) => {
        const reason = change.ids.includes(one.id) ? (change.reason ?? undefined) : paused;
        return { ...one, ...(reason !== undefined && { paused: reason }) };
      });
    }
    if (change.type === 'mute') fake.mutes = [change.mute];
    if (change.type === 'unmute') fake.mutes = [];
  }
}
