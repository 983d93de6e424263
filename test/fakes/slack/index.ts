import { randomUUID } from 'node:crypto';
import { EventEmitter, setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from './api.ts';
import { createConnections } from './connections.ts';
import { createControl } from './control.ts';
import { createConversation } from './conversation.ts';
import { createEvents } from './events.ts';
import type { FakeSlack, FakeSlackOptions } from './fake-slack.ts';
import { createFaults } from './faults.ts';
import { createFileRoutes } from './file-routes.ts';
import { createInteractions } from './interactions.ts';
import { createLimiter } from './limits.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationMethods } from './methods/conversations.ts';
import { fileMethods } from './methods/files.ts';
import { historyMethods } from './methods/history.ts';
import { peopleMethods } from './methods/people.ts';
import { viewMethods } from './methods/views.ts';
import { createOAuth } from './oauth.ts';
import { createResponses } from './responses.ts';
import { createRoutes } from './routes.ts';
import { createServe } from './serve.ts';
import { signedPost } from './signed-post.ts';
import { createSockets, socketMethods } from './sockets.ts';
import type { Targets } from './transport.ts';
import { createTransport } from './transport.ts';
import { World } from './world.ts';

export type { Said, SayInput } from './conversation.ts';
export type { Delivery, SendEventOptions } from './events.ts';
export type { FakeSlack, FakeSlackOptions } from './fake-slack.ts';
export type { FaultHandle, FaultSpec, Faults } from './faults.ts';
export type { AppReply, ButtonInput, SlashInput } from './interactions.ts';
export type { Decision, OAuthApp, OAuthControl } from './oauth.ts';
export type { DisconnectReason, SocketsControl } from './sockets.ts';
export type { ViewInput } from './submissions.ts';
export type { ChannelSeed, TeamSeed } from './teams.ts';
export type * from './types.ts';

/** Starts a Slack of our own over real HTTP and WebSocket. Facts: https://docs.slack.dev and what its SDKs expect. */
export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const { ackTimeoutMs = 3000, retryDelaysMs = [0, 60_000, 300_000], host = '127.0.0.1' } = options;
  const world = new World(options);
  const stopping = new AbortController();
  const stop = stopping.signal;
  setMaxListeners(0, stop);
  const { eventsUrl, commandsUrl, interactiveUrl } = options;
  const targets: Targets = { eventsUrl, commandsUrl, interactiveUrl };
  const server = createServer();
  const baseUrl = () => options.publicUrl ?? `http://${reachable(host)}:${(server.address() as AddressInfo).port}`;

  const someoneConnected = new EventEmitter().setMaxListeners(0);
  const nextOpen = () =>
    new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      else someoneConnected.once('open', resolve);
    });
  const random = options.random ?? Math.random;
  const { spread = 'in-turn', pingEveryMs = 10_000 } = options;
  const onOpen = () => void someoneConnected.emit('open');
  const connections = createConnections({ server, world, pingEveryMs, spread, random, onOpen });
  const sockets = createSockets(connections, stop);
  const faults = createFaults(random);
  const serve = createServe(world, faults, stop);
  const responses = createResponses(world, baseUrl, serve);
  const transport = createTransport({ world, connections, ackTimeoutMs, stop });
  const sendEvent = createEvents({ world, targets, transport, retryDelaysMs, nextOpen, stop });
  const oauth = createOAuth(world, options.oauth, sendEvent);
  // An echo nobody listens for is not worth queueing; events of people are.
  const echo = () => options.echo !== false && (targets.eventsUrl !== undefined || connections.open.length > 0);
  const { say, edit, erase } = createConversation({ world, baseUrl, sendEvent, echo });
  const methods = {
    ...peopleMethods,
    ...chatMethods,
    ...conversationMethods,
    ...historyMethods,
    ...fileMethods,
    ...viewMethods,
    ...socketMethods(connections),
    ...oauth.methods,
  };
  if (options.onBotPost) world.botDid.on('posted', options.onBotPost);
  const limiter = createLimiter(options.limits ?? 'off', world.now);

  const slack: FakeSlack = {
    url: '',
    apiUrl: '',
    appToken: world.appToken,
    signingSecret: world.signingSecret,
    teams: world.teams,
    posts: world.posts,
    get botPosts() {
      return world.posts.filter((post) => post.byBot && !post.deleted);
    },
    ephemerals: world.ephemerals,
    files: world.files,
    calls: world.calls,
    attempts: world.attempts,
    responses: world.responses,
    views: world.views,
    faults,
    sockets,
    oauth: oauth.control,
    callsOf: (method) => world.calls.filter((call) => call.method === method),
    team: (id) => world.team(id),
    setTokenState(state, team) {
      world.team(team).tokenState = state;
    },
    setAppTokenState(state) {
      world.appTokenState = state;
    },
    deliverTo: (changed) => void Object.assign(targets, changed),
    verifyEventsUrl: () => verify(targets, world, ackTimeoutMs, stop),
    until: (predicate, timeoutMs = 30_000, what = String(predicate)) => world.until(predicate, timeoutMs, what),
    waitForPosts(n, timeoutMs = 30_000, matching = () => true) {
      const found = () => {
        const posts = slack.botPosts.filter(matching);
        return posts.length >= n ? posts : undefined;
      };
      return world.until(found, timeoutMs, `${n} posts of the bot`);
    },
    async waitForSockets(n, timeoutMs = 30_000) {
      await world.until(() => sockets.count === n, timeoutMs, `${n} open sockets`);
    },
    say,
    edit,
    erase,
    uploadFile: ({ name, content, ...input }) => say({ ...input, files: [{ name, content }] }),
    ...createInteractions({ world, targets, transport, responses, baseUrl }),
    sendEvent,
    async stop() {
      stopping.abort();
      someoneConnected.emit('open');
      await connections.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const api = createApi({ world, methods, limiter, serve });
  const files = createFileRoutes(world, serve);
  const control = options.control ? createControl(slack) : undefined;
  server.on('request', createRoutes({ api, files, responses, authorize: oauth.authorize, control }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  return Object.assign(slack, { url: baseUrl(), apiUrl: `${baseUrl()}/api/` });
}

function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

async function verify({ eventsUrl }: Targets, world: World, timeoutMs: number, stop: AbortSignal): Promise<boolean> {
  if (!eventsUrl) throw new Error('no eventsUrl to verify. Give it to startFakeSlack or deliverTo');
  const challenge = randomUUID();
  const body = JSON.stringify({ type: 'url_verification', token: 'verification-token', challenge });
  const signing = { secret: world.signingSecret, timestampS: Math.floor(world.now() / 1000) };
  const posted = await signedPost(eventsUrl, body, 'application/json', { signing, timeoutMs, stop });
  return 'status' in posted && posted.status === 200 && posted.body.includes(challenge);
}
