import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { blocksOf, createSender } from '../../src/destinations/slack/index.ts';
import { systemClock } from '../../src/domain/clock.ts';
import type { IncomingEvent } from '../../src/domain/event.ts';
import type { MessageSender } from '../../src/ports/sender.ts';
import type { Handled } from '../../src/ports/source.ts';
import {
  createSlack,
  type Slack,
  type SlackOptions,
  type SlackTeam,
  type SlackTimings,
} from '../../src/slack/index.ts';
import { type FakeSlack, type FakeSlackOptions, startFakeSlack } from '../fakes/slack/index.ts';

/** What takes seconds in the field, in milliseconds. */
export const quick: Partial<SlackTimings> = {
  callMs: 3_000,
  uploadMs: 3_000,
  connectMs: 3_000,
  startMs: 10_000,
  stopMs: 300,
  commandMs: 150,
  eventMs: 400,
  retryFirstMs: 20,
  retryMaxMs: 100,
  authRetryMs: 40,
};

/** Our side, connected to a fake Slack, with what it handed to the pipeline and what it counted as errors. */
export interface Rig {
  fake: FakeSlack;
  slack: Slack & SlackTeam & { sender: MessageSender };
  events: IncomingEvent[];
  errors: string[];
  log: string[];
  /** Answers every event; replaceable. */
  handle: (event: IncomingEvent) => Promise<Handled>;
  stop(): Promise<void>;
}

export interface RigOptions {
  fake?: FakeSlackOptions;
  slack?: Partial<SlackOptions>;
  /** Default true. */
  start?: boolean;
}

export async function makeRig(options: RigOptions = {}): Promise<Rig> {
  const fake = await startFakeSlack({ retryDelaysMs: [10, 10, 10], ...options.fake });
  const log: string[] = [];
  const errors: string[] = [];
  const events: IncomingEvent[] = [];
  const { timings, ...rest } = options.slack ?? {};
  const connected = await createSlack({
    blocksOf,
    botToken: fake.team().botToken,
    appToken: fake.appToken,
    apiUrl: fake.apiUrl,
    clock: systemClock,
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    onError: (text) => void errors.push(text),
    timings: { ...quick, ...timings },
    ...rest,
  });
  const { home } = connected.teams;
  const slack = { ...connected, ...home, sender: createSender(home) };
  const rig: Rig = {
    fake,
    slack,
    events,
    errors,
    log,
    handle: async () => ({ duplicate: false, reply: null }),
    async stop() {
      await slack.source.stop();
      await fake.stop();
    },
  };
  if (options.start !== false) {
    await slack.source.start((event) => {
      events.push(event);
      return rig.handle(event);
    });
  }
  return rig;
}

/** Runs `use` with a rig and puts it away whatever happens. */
export async function withRig(options: RigOptions, use: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = await makeRig(options);
  try {
    await use(rig);
  } finally {
    await rig.stop();
  }
}

/** For what changes on our side, where the fake has nothing to notify about. */
export async function eventually(holds: () => boolean, what: string, timeoutMs = 30_000): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await sleep(5);
  }
}
