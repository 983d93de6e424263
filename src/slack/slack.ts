import type { FastifyPluginAsync } from 'fastify';
import { reachOf } from '../domain/plain-http.ts';
import { within } from '../lib/deadline.ts';
import { deferred, orAborted } from '../lib/pause.ts';
import type { EventHandler, EventSource } from '../ports/source.ts';
import { clientOptions, createApi } from './api.ts';
import { createDispatch } from './dispatch.ts';
import { createFollowedNames } from './followed-names.ts';
import { createHttpPlugin } from './http.ts';
import { createIdentity, type Identity } from './identity.ts';
import { createInteractions } from './interactions.ts';
import { checkOptions, type SlackOptions, type SlackSetup } from './options.ts';
import { recordRefusal } from './recorded.ts';
import { openSocket } from './socket.ts';
import { createSockets, socketCount } from './sockets.ts';
import { createStatus, type EventsBy } from './status.ts';
import { createTeam } from './team.ts';
import { createTeams, type SlackTeams } from './teams.ts';

export interface Slack {
  source: EventSource;
  teams: SlackTeams;
  /** The routes under `/slack/`. */
  plugin: FastifyPluginAsync;
  /**
   * Replaces the sockets, which are open but deliver nothing: a fault of Socket Mode that no ping shows. Returns false for
   * events over HTTP.
   */
  renewSockets(): boolean;
  /** Resolves with our identity in the workspace of the bot token, once Slack told. */
  known: Promise<Identity>;
}

/**
 * Slack behind the program's ports: the workspace of the bot token, and those that installed the app. Nothing goes over the network before `source.start`.
 * @throws SlackMisconfigured; never because Slack cannot be reached
 */
export async function createSlack(options: SlackOptions): Promise<Slack> {
  const setup: SlackSetup = {
    ...checkOptions(options),
    onRefused: (error) => void recordRefusal(error, setup, identity.current(), handler),
  };
  if (reachOf(setup.apiUrl) === 'own network') {
    setup.log.warn(
      { api: setup.apiUrl.href },
      'SLACK_API_URL is plain http: the tokens are not encrypted on their way',
    );
  }
  // Loaded only here: the simulator needs none of it.
  const { WebClient } = await import('@slack/web-api');
  let handler: EventHandler | null = null;

  const eventsBy = eventsOf(setup);
  if (eventsBy === 'nothing') {
    setup.log.warn(
      'neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set: messages are sent, but no command, button or message of Slack arrives',
    );
  }
  const status = createStatus(eventsBy, socketCount);
  const client = new WebClient(undefined, clientOptions(setup));
  const api = createApi(client, setup, status);
  const identity = createIdentity(api, status, setup);
  const named = [...setup.channelNames, ...setup.postChannels.map(({ written }) => written)];
  const followed = await createFollowedNames(named, setup.memory, setup.clock);
  const home = createTeam({ api, setup, status, identity: identity.current, recording: setup.recording }, followed);
  const teams = createTeams({
    ...{ home, remembered: options.homeTeam ?? null, installations: options.installations ?? null, client, setup },
    handler: () => handler,
  });
  const current = { handler: () => handler, teams, setup };
  const dispatch = createDispatch({ interact: createInteractions(current), ...current });
  const sockets = createSockets(() => openSocket(setup, dispatch), status, setup);

  let stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  /** Sockets open once we know who we are (otherwise no event could be judged) and which channels are listed. */
  async function receive(signal: AbortSignal, tried: () => void): Promise<void> {
    await orAborted(identity.known, signal);
    if (signal.aborted) return;
    const listed = home.directory.refresh();
    if (setup.channelNames.length > 0) await within(setup.clock, setup.timings.startMs, listed);
    if (setup.appToken && !signal.aborted) await sockets.run(signal, tried);
    tried();
  }

  const source: EventSource = {
    async start(take) {
      handler = take;
      stopping = new AbortController();
      status.started(true);
      const contact = deferred<void>();
      running = Promise.all([identity.run(stopping.signal), receive(stopping.signal, contact.resolve)]);
      const tried = identity.tried.then(() => (identity.current() ? contact.promise : undefined));
      await within(setup.clock, setup.timings.startMs, tried);
    },
    async stop() {
      // Refuses new events, which Slack keeps. Events in progress may still be acknowledged.
      handler = null;
      const { stopMs } = setup.timings;
      await within(setup.clock, stopMs / 3, dispatch.idle());
      stopping.abort();
      await within(setup.clock, (stopMs * 2) / 3, running);
      status.started(false);
    },
    health: status.health,
  };

  return {
    source,
    teams,
    plugin: createHttpPlugin({ ...setup, eventsBy, dispatch }),
    renewSockets() {
      if (eventsBy !== 'sockets') return false;
      setup.log.warn('open sockets deliver nothing; they are replaced, one after the other');
      status.silent(setup.clock.now());
      sockets.renew();
      return true;
    },
    known: identity.known,
  };
}

function eventsOf({ appToken, signingSecret }: Pick<SlackSetup, 'appToken' | 'signingSecret'>): EventsBy {
  if (appToken !== null) return 'sockets';
  return signingSecret === null ? 'nothing' : 'http';
}
