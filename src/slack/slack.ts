import type { FastifyPluginAsync } from 'fastify';
import { reachOf } from '../domain/plain-http.ts';
import { within } from '../lib/deadline.ts';
import { aborted, deferred } from '../lib/pause.ts';
import type { NameBook } from '../ports/names.ts';
import type { FindPerson } from '../ports/recipients.ts';
import type { MessageSender } from '../ports/sender.ts';
import type { EventHandler, EventSource, FileFetcher } from '../ports/source.ts';
import { clientOptions, createApi } from './api.ts';
import { createBolt } from './bolt.ts';
import { createDirectory, type SlackDirectory } from './directory.ts';
import { createDispatch } from './dispatch.ts';
import { createFiles } from './files.ts';
import { createHttpPlugin } from './http.ts';
import { createIdentity, type Identity } from './identity.ts';
import { createNameBook } from './name-book.ts';
import { createNames, type SlackNames } from './names.ts';
import { createNamingWatch, type NamingWatch } from './naming-watch.ts';
import { checkOptions, type SlackOptions } from './options.ts';
import { createPeople, type People } from './people.ts';
import { createFindPerson } from './recipients.ts';
import { createRoster } from './roster.ts';
import { createSender } from './sender.ts';
import { openSocket } from './socket.ts';
import { createSockets, socketCount } from './sockets.ts';
import { createStatus } from './status.ts';

export interface Slack {
  source: EventSource;
  sender: MessageSender;
  files: FileFetcher;
  directory: SlackDirectory;
  naming: NamingWatch;
  people: People;
  findPerson: FindPerson;
  names: SlackNames;
  nameBook: NameBook;
  /** The routes under `/slack/`; null with Socket Mode. */
  plugin: FastifyPluginAsync | null;
  /** Who we are in Slack; null until Slack told. */
  identity(): Identity | null;
}

/**
 * A Slack workspace behind the program's ports. Nothing goes over the network before `source.start`.
 * @throws SlackMisconfigured; never because Slack cannot be reached
 */
export async function createSlack(options: SlackOptions): Promise<Slack> {
  const setup = checkOptions(options);
  if (reachOf(setup.apiUrl) === 'own network') {
    setup.log.warn(
      { api: setup.apiUrl.href },
      'SLACK_API_URL is plain http: the tokens are not encrypted on their way',
    );
  }
  // Only now: who runs without Slack does not pay for the SDK (30 MiB, 300 ms).
  const [{ App, SocketModeReceiver }, { WebClient }] = await Promise.all([
    import('@slack/bolt'),
    import('@slack/web-api'),
  ]);
  let handler: EventHandler | null = null;

  const status = createStatus(setup.appToken ? socketCount : 0);
  const api = createApi(new WebClient(undefined, clientOptions(setup)), setup, status);
  const identity = createIdentity(api, status, setup);
  const directory = await createDirectory(api, setup);
  const people = createPeople(api, { setup, identity: identity.current, status });
  const roster = createRoster(api, setup);
  const names = createNames(people, directory, setup.clock);
  const current = { handler: () => handler, identity: identity.current, directory, setup };
  const naming = createNamingWatch({ api, directory, setup });
  const bolt = createBolt({ App, status, ...current });
  const dispatch = createDispatch({ bolt, names, ...current });
  const sockets = createSockets(() => openSocket({ Receiver: SocketModeReceiver, setup, dispatch }), status, setup);

  let stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  /** Sockets open once we know who we are (otherwise no event could be judged) and which channels are listed. */
  async function receive(signal: AbortSignal, tried: () => void): Promise<void> {
    await Promise.race([identity.known, aborted(signal)]);
    if (signal.aborted) return;
    const listed = directory.refresh();
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
      // New events are refused from here on, and Slack keeps them; what is being worked on may still be acknowledged.
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
    sender: createSender({ api, ...current }),
    files: createFiles(setup, api),
    directory,
    naming,
    people,
    findPerson: createFindPerson(api, roster),
    names,
    nameBook: createNameBook({ roster, people, directory, setup }),
    plugin:
      setup.signingSecret && !setup.appToken
        ? createHttpPlugin({ ...setup, signingSecret: setup.signingSecret, dispatch })
        : null,
    identity: identity.current,
  };
}
