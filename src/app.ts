import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { compositionOf, openModules, type Settings } from './app/index.ts';
import { statusLines } from './app/status.ts';
import type { CommandTools } from './commands/index.ts';
import { createCommands } from './commands/index.ts';
import type { Password } from './config/index.ts';
import { ownHosts, splitList } from './config/index.ts';
import { openDataFolder } from './data-folder.ts';
import { systemClock } from './domain/clock.ts';
import type { IncomingMessage } from './domain/event.ts';
import { quotes } from './domain/quotes.ts';
import type { HttpDeps } from './http/index.ts';
import { createLogin, createServer } from './http/index.ts';
import { every } from './lib/every.ts';
import { createGiphy, createXkcd } from './lookups/index.ts';
import {
  createGauges,
  createLiveFeed,
  createLogger,
  createMetrics,
  showDeliveries,
  storeHooks,
} from './observability/index.ts';
import { createWorker } from './outbox/index.ts';
import { createPatterns } from './patterns/index.ts';
import {
  createDedupe,
  createDetours,
  createEffects,
  createLoopGuard,
  createPipeline,
  createScanner,
  createTracking,
  createUpkeep,
} from './pipeline/index.ts';
import { aboutFolder, createReplies, watchPacks } from './replies/index.ts';
import { createStops } from './stops.ts';
import { createIds, createSqliteStore, createStoreHealth } from './stores/index.ts';
import { readVersion } from './version.ts';
import { openWorkspace } from './workspaces.ts';

export interface App {
  /** Where people reach it: PUBLIC_URL, else where it listens, `http://127.0.0.1:8080`. */
  url: string;
  simulator: boolean;
  password: Password;
  /** Takes nothing new, finishes what is under way, and closes everything within 10 s. */
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');
const stopWithinMs = 9_000;
const loopback = /^(127\.|::1$|localhost$)/;

/** The composition root: makes every part, hands it to those who need it, starts them. Nothing else constructs. */
export async function startApp(config: Settings): Promise<App> {
  const clock = systemClock;
  const startedAt = clock.now();
  const newId = createIds();
  const version = readVersion();
  const composed = compositionOf(config);
  const metrics = createMetrics();
  const log = createLogger({ level: config.LOG_LEVEL, environment: config.ENVIRONMENT, lokiUrl: config.LOKI_URL });
  const { onStop, stopAll } = createStops(log, stopWithinMs, clock);

  try {
    const password = openDataFolder(config, log);
    const store = await createSqliteStore({
      file: join(config.DATA_DIR, 'ultronex.db'),
      owner: randomUUID(),
      clock,
      merge: config.MERGE === 'off' ? null : { backlog: config.MERGE_BACKLOG, openMs: 600_000 },
      ...storeHooks(metrics, log),
    });
    onStop('store', () => store.close());
    const storeHealth = createStoreHealth(store, clock);
    const live = createLiveFeed(clock);
    showDeliveries(store, live, metrics);

    const patterns = createPatterns({ clock, log });
    onStop('pattern search', () => patterns.search.stop());

    const simulator = config.SLACK_BOT_TOKEN === undefined;
    const answers = (config.REPLIES ?? (simulator ? 'on' : 'off')) === 'on';
    const replies = createReplies({ packs: [], now: clock.monotonic, random: Math.random });
    const packs = await watchPacks({
      dir: config.REPLIES_DIR,
      onPacks: (all) => replies.replace(all),
      onWarning: (warning) => log.warn(warning, 'a reply pack says something else than it shows'),
      onFolder: (problem) => log[problem ? 'warn' : 'info'](aboutFolder(resolve(config.REPLIES_DIR), problem)),
      checkMs: answers ? undefined : null,
      onError(error) {
        metrics.replyPackErrors.inc();
        log.error({ err: error }, 'a reply pack is refused; the old one stays');
      },
    });
    onStop('reply packs', () => packs.stop());

    const guardSimulator = simulator && !loopback.test(config.HOST);
    const workspace = await openWorkspace({
      config,
      postChannels: composed.postChannels,
      guardSimulator,
      clock,
      log,
      onError(text) {
        store.countError(text);
        metrics.slackErrors.inc();
      },
      onUserChange: (user, gone) => void upkeep.userChanged(user, gone),
      store,
    });

    const tracking = await createTracking({
      store,
      patterns: patterns.set,
      tools: patterns.tools,
      names: workspace.names,
      clock,
      onRefused: ({ id }, error) =>
        log.error({ err: error, subscription: id }, 'a stored pattern is refused; it is not matched'),
    });
    onStop('tracking', every(1_000, 'tracking', tracking.refresh, clock, log));
    const upkeep = createUpkeep({ store, tracking, workspace, monotonic: clock.monotonic, log });

    const ttlMs = config.MESSAGE_TTL_SECONDS * 1_000;
    /** For links in messages; without PUBLIC_URL only the simulator's readers are sure to be on this machine. */
    let linkBase = config.PUBLIC_URL ?? null;
    const worker = createWorker({
      store,
      sender: workspace.sender,
      clock,
      random: Math.random,
      log,
      metrics,
      ledgerUrl: (id) => (linkBase === null ? null : `${linkBase}/ultronex/ledger?id=${id}`),
    });
    onStop('outbox worker', () => worker.stop());
    const { team, channelOf } = workspace;
    const running = await openModules({
      ...{ config, clock, log, store, live, newId, team, channelOf, ttlMs, onStop },
      registry: metrics.registry,
    });
    const parts = () => [
      { name: 'store', ...storeHealth.health() },
      { name: simulator ? 'simulator' : 'slack', ...workspace.source.health() },
      { name: 'outbox', ...worker.health() },
      ...running.flatMap(({ health }) => (health ? [{ name: health.name, ...health.of() }] : [])),
    ];
    const quote = () => quotes[Math.floor(Math.random() * quotes.length)] ?? '';
    const commandTools: CommandTools = {
      tracking,
      random: Math.random,
      newId,
      quote,
      ...workspace.channels,
      latestXkcd: createXkcd(clock.monotonic),
      findGif: config.GIPHY_API_KEY ? createGiphy(config.GIPHY_API_KEY) : undefined,
      status: () => statusLines({ version, store, tracking, parts, namingProblems: workspace.namingProblems }),
    };
    const flow = {
      store,
      tracking,
      loopGuard: createLoopGuard(clock.now),
      metrics,
      detours: createDetours(clock.now),
      stamp: () => ({ newId, now: clock.now(), ttlMs }),
      reply: ({ text, channel }: IncomingMessage) =>
        answers ? replies.answer({ text, channel, channelName: workspace.channelName(channel) ?? undefined }) : null,
    };
    const performers = new Map(running.flatMap(({ effects }) => Object.entries(effects ?? {})));
    const effects = createEffects({ ...flow, performers, clock, log });
    onStop('effects', () => effects.stop());
    const handle = createPipeline({
      ...flow,
      effects,
      dedupe: createDedupe(),
      rules: { watches: workspace.watches, matchEdits: config.MATCH_EDITS, matchBots: config.MATCH_BOTS },
      standing: workspace.standing,
      commandTools,
      commands: createCommands(running.flatMap(({ commands }) => commands ?? [])),
    });

    const scanner = createScanner({ ...flow, search: patterns.search, files: workspace.files, clock, log });
    onStop('scanner', () => scanner.stop());

    const { findPerson, nameBook, learnNames, namingProblems } = workspace;
    const deps: HttpDeps = {
      ...composed,
      version,
      startedAt,
      simulator,
      store,
      tracking,
      live,
      replyTo: (text) => replies.answer({ text, channel: '' })?.text ?? null,
      quote,
      ...{ team, findPerson, nameBook, learnNames, namingProblems },
      findChannel: (written) => workspace.channels.findChannel(workspace.team(), written),
      parts,
      async ready({ storeOnly }) {
        await storeHealth.check();
        const down = parts().filter(({ name, state }) => state === 'down' && (!storeOnly || name === 'store'));
        return { ready: down.length === 0, reasons: down.map(({ name, detail }) => `${name}: ${detail}`) };
      },
      login: createLogin(config.BASIC_AUTH_USERNAME, password.value),
      newId,
      ttlMs,
      clock,
      metrics,
      log,
      webRoot: join(root, 'dist/web'),
    };
    const server = await createServer({
      deps,
      extra: [...workspace.routes, ...running.flatMap(({ routes }) => routes ?? [])],
      tags: running.flatMap(({ tags }) => tags),
      guardSimulator,
      hostNames: ownHosts(config),
      trustedProxies: splitList(config.TRUSTED_PROXIES),
    });
    onStop('HTTP server', () => server.close());

    onStop('gauges', every(2_000, 'gauges', createGauges({ ...deps, ...composed, tracking, storeHealth }), clock, log));
    const ledgerMs = config.LEDGER_DAYS * 86_400_000;
    const pruning = every(3_600_000, 'pruning', () => store.prune(clock.now() - ledgerMs), clock, log);
    onStop('pruning', pruning);

    worker.start();
    scanner.start();
    effects.start();
    const listening = await server.listen({ port: config.PORT, host: config.HOST });
    const url = config.PUBLIC_URL ?? listening;
    if (simulator) linkBase = url;
    onStop('event source', () => workspace.source.stop());
    await workspace.source.start(handle);
    void upkeep.run().catch((error) => log.error({ err: error }, 'names were not checked'));
    onStop('upkeep', every(30_000, 'upkeep', upkeep.run, clock, log));
    log.info({ version, url, simulator }, 'started');
    return { url, simulator, password, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
