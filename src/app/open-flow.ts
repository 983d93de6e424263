import { createCommands, createCommandsOfOthers } from '../commands/index.ts';
import type { IncomingMessage } from '../domain/event.ts';
import {
  createDedupe,
  createDetours,
  createEffects,
  createLoopGuard,
  createPipeline,
  shareDetours,
} from '../pipeline/index.ts';
import type { PatternSearch } from '../ports/patterns.ts';
import type { People } from '../ports/people.ts';
import type { EventHandler } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import type { Replies } from '../replies/index.ts';
import { createScanner } from '../scan/index.ts';
import type { LiveTracking } from '../subscriptions/index.ts';
import type { Workspaces } from '../workspaces/index.ts';
import { createCommandTools } from './command-tools.ts';
import type { RunningModule, Settings } from './index.ts';
import type { Runtime } from './runtime.ts';

export interface FlowParts {
  store: Store;
  tracking: LiveTracking;
  workspaces: Workspaces;
  people: Pick<People, 'roleInSlack'>;
  modules: readonly RunningModule[];
  /** Null: messages are not answered by trigger words. */
  replies: Replies | null;
  search: PatternSearch;
  /** Default time to live of a message, milliseconds. */
  ttlMs: number;
  /** The lines of the command `status`. */
  status(): Promise<string[]>;
}

const member = Promise.resolve('member' as const);

/** The way of an event: the pipeline, and the workers for the work that the pipeline leaves for later. */
export interface Flow {
  handle: EventHandler;
  start(): void;
}

export function openFlow(config: Settings, runtime: Runtime, parts: FlowParts): Flow {
  const { clock, newId, onStop } = runtime;
  const { workspaces, people, modules, replies, ttlMs } = parts;
  const isOther = (team: string) => workspaces.areSeveral && team !== workspaces.home().team();
  const shared = {
    ...{
      ...runtime,
      ...parts,
      loopGuard: createLoopGuard(clock.now),
      detours: shareDetours(createDetours(clock.now), parts.store),
    },
    stamp: () => ({ newId, now: clock.now(), ttlMs }),
    reply({ team, text, channel }: IncomingMessage) {
      // The files of replies are the operator's.
      if (isOther(team)) return null;
      const channelName = workspaces.of(team).channelName(channel) ?? undefined;
      return replies?.answer({ team, text, channel, channelName }) ?? null;
    },
  };

  const performers = new Map(modules.flatMap((module) => Object.entries(module.effects ?? {})));
  const effects = createEffects({ ...shared, performers });
  onStop('effects', effects.stop);
  const scanner = createScanner({ ...shared, files: workspaces.files });
  onStop('scanner', scanner.stop);
  const handle = createPipeline({
    ...shared,
    effects,
    dedupe: createDedupe(),
    rules: {
      watches: (message) => workspaces.of(message.team).watches(message),
      matchEdits: config.MATCH_EDITS,
      matchBots: config.MATCH_BOTS,
    },
    standing: ({ team, user }) => (config.ALLOW_EXTERNAL_USERS ? member : workspaces.of(team).standing(user)),
    // A guest has no role, also where guests may give commands; nor has anybody of another workspace.
    async roleOf({ team, user }) {
      const role = isOther(team) ? null : people.roleInSlack(user);
      return role !== null && (await workspaces.of(team).standing(user)) === 'member' ? role : null;
    },
    isMember: async ({ team, user }) => (await workspaces.of(team).standing(user)) === 'member',
    commands: createCommands(modules.flatMap(({ commands = [] }) => commands)),
    commandTools: createCommandTools(config, { ...runtime, ...parts }),
    ...(workspaces.areSeveral && { others: { has: isOther, commands: createCommandsOfOthers() } }),
  });
  return {
    handle,
    start() {
      scanner.start();
      effects.start();
    },
  };
}
