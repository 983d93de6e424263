import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Password } from '../config/index.ts';
import { ownHosts, splitList } from '../config/index.ts';
import { blocksOf } from '../destinations/slack/index.ts';
import { randomQuote } from '../domain/quotes.ts';
import type { Severity } from '../domain/severity.ts';
import { createServer } from '../http/index.ts';
import { every } from '../lib/every.ts';
import { createLiveFeed, shareLive, showDeliveries } from '../live/index.ts';
import { createGauges } from '../observability/index.ts';
import { createWorker } from '../outbox/index.ts';
import { createPatterns } from '../patterns/index.ts';
import { createStoreHealth } from '../stores/index.ts';
import { createUpkeep } from '../subscriptions/index.ts';
import { openInstaller, openWorkspaces } from '../workspaces/index.ts';
import { createAddress } from './address.ts';
import { openDataFolder } from './data-folder.ts';
import { createElsewhere } from './elsewhere.ts';
import { createEventListeners } from './event-listeners.ts';
import { compositionOf, openModules, type Settings } from './index.ts';
import { openDestinations } from './open-destinations.ts';
import { openFlow } from './open-flow.ts';
import { openPeople } from './open-people.ts';
import { openReplies } from './open-replies.ts';
import { openStore } from './open-store.ts';
import { openTracking } from './open-tracking.ts';
import { createReadiness } from './readiness.ts';
import { createRuntime } from './runtime.ts';
import { statusLines } from './status.ts';
import { watchDatabase } from './watch-database.ts';

export interface App {
  /** PUBLIC_URL, else the address at which the program listens: `http://127.0.0.1:8080`. */
  url: string;
  simulator: boolean;
  password: Password;
  /** Accepts nothing new, finishes the work in progress, and closes everything within 10 s. */
  stop(): Promise<void>;
}

const webRoot = join(import.meta.dirname, '../../dist/web');
const loopback = /^(127\.|::1$|localhost$)/;

/** The composition root: creates every part, passes it to the parts that need it, and starts them all. */
export async function startApp(config: Settings): Promise<App> {
  const runtime = createRuntime(config);
  const { clock, random, log, metrics, onStop } = runtime;
  const simulator = config.SLACK_BOT_TOKEN === undefined;
  const guardSimulator = simulator && !loopback.test(config.HOST);
  const repliesAreOn = (config.REPLIES ?? (simulator ? 'on' : 'off')) === 'on';
  const ttlMs = config.MESSAGE_TTL_SECONDS * 1_000;
  const composed = compositionOf(config);
  const address = createAddress(config, simulator);

  try {
    const password = openDataFolder(config, log);
    const people = await openPeople(config, password.value, runtime);
    const store = await openStore(config, runtime);
    await watchDatabase(config, store, runtime);
    const live = createLiveFeed(clock, randomUUID().slice(0, 8));
    shareLive(store, live);
    store.onErased(live.forget);
    showDeliveries(store, live, metrics);
    const patterns = createPatterns(runtime);
    onStop('pattern search', patterns.search.stop);
    const replies = await openReplies(config, repliesAreOn, store, runtime);

    const installer = await openInstaller({
      ...{ config, store, clock, log },
      records: composed.recording !== null,
    });
    const workspaces = await openWorkspaces({
      ...{ ...runtime, ...composed, config, guardSimulator, store, installations: installer },
      onError(team, text) {
        store.countError(team, text);
        metrics.slackErrors.inc();
      },
      onUserChange: (team, user, gone) => void upkeep.userChanged(team, user, gone),
    });
    const home = workspaces.home();
    const tracking = await openTracking(runtime, { store, patterns, workspaces });
    const upkeep = createUpkeep({ ...runtime, store, tracking, workspaces, monotonic: clock.monotonic });

    const destinations = await openDestinations(config, store, runtime);
    const { sender: other } = destinations;
    const worker = createWorker({
      ...{ ...runtime, store, ledgerUrl: address.ledgerUrl },
      destinations: { slack: workspaces.sender, email: other, ntfy: other, webhook: other },
    });
    onStop('outbox worker', worker.stop);
    const copiesOf = (severity: Severity) => destinations.forIncidents('always', severity);
    const listeners = createEventListeners();
    const alertChannel = () => home.channelOf(config.ALERT_CHANNEL);
    const modules = await openModules({
      ...{
        ...runtime,
        ...home,
        config,
        store,
        live,
        ttlMs,
        copiesOf,
        installer,
        alertChannel,
        registry: metrics.registry,
      },
      ...{ onEvent: listeners.onEvent, onOwnPost: listeners.onOwnPost },
      renewSockets() {
        const renewing = workspaces.renewSockets();
        if (renewing) metrics.silentSockets.inc();
        return renewing;
      },
    });
    const signals = modules.find((module) => module.signals !== undefined)?.signals ?? null;
    const elsewhere = createElsewhere({ ...runtime, store, destinations, signals, ttlMs });
    onStop('elsewhere', every(15_000, 'elsewhere', elsewhere, clock, log));

    const storeHealth = createStoreHealth(store, clock);
    const readiness = createReadiness(storeHealth, [
      { name: simulator ? 'simulator' : 'slack', of: workspaces.source.health },
      { name: 'outbox', of: worker.health },
      { name: 'destinations', of: destinations.health },
      ...modules.flatMap(({ health = [] }) => health),
    ]);
    const state = { ...readiness, store, tracking, storeHealth, live, namingProblems: workspaces.namingProblems };
    const flow = openFlow(config, runtime, {
      ...{ store, tracking, workspaces, people, modules, ttlMs, search: patterns.search },
      replies: repliesAreOn ? replies : null,
      status: () => statusLines({ ...runtime, ...state }),
    });

    const server = await createServer({
      deps: {
        ...{ ...runtime, ...composed, ...state, workspaces, simulator, ttlMs, webRoot, blocksOf },
        replyTo: (text) => replies.answer({ team: home.team(), text, channel: '' })?.text ?? null,
        quote: () => randomQuote(random),
        people,
        allEvents: modules.find(({ allEvents }) => allEvents !== undefined)?.allEvents ?? null,
        destinationNamed: destinations.find,
        destinationNames: destinations.names,
      },
      extra: [...workspaces.routes, ...modules.flatMap(({ routes = [] }) => routes)],
      tags: modules.flatMap(({ tags }) => tags),
      guardSimulator,
      hostNames: ownHosts(config),
      trustedProxies: splitList(config.TRUSTED_PROXIES),
    });
    onStop('HTTP server', () => server.close());
    const gauges = createGauges({ ...runtime, ...composed, ...state });
    onStop('gauges', every(2_000, 'gauges', gauges, clock, log));

    address.listensAt(await server.listen({ port: config.PORT, host: config.HOST }));
    worker.start();
    flow.start();
    onStop('event source', workspaces.source.stop);
    await workspaces.source.start(listeners.before(flow.handle));
    void upkeep.run().catch((error) => log.error({ err: error }, 'names were not checked'));
    onStop('upkeep', every(30_000, 'upkeep', upkeep.run, clock, log));
    log.info({ version: runtime.version, url: address.url(), simulator }, 'started');
    return { url: address.url(), simulator, password, stop: runtime.stopAll };
  } catch (error) {
    await runtime.stopAll();
    throw error;
  }
}
