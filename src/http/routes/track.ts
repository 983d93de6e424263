import { InvalidRequest, NotFound, UltronexError } from '../../domain/errors.ts';
import { maxPatternsPerTeam, maxPatternsPerUser } from '../../domain/limits.ts';
import { isChannelId, isUserId } from '../../domain/slack-ids.ts';
import type { Change, Subscription } from '../../domain/subscription.ts';
import { Type } from '../../lib/schema.ts';
import type { Tracking } from '../../ports/tracking.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { recipientOf } from '../recipient.ts';
import type { HttpWorkspace } from '../team-of.ts';
import { errorView } from '../views.ts';

const pattern = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: 'An RE2 regular expression, matched without regard to case.',
});
const subscriptionView = Type.Object({
  id: Type.String(),
  pattern: Type.String(),
  user: Type.String(),
  channel: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String({ format: 'date-time' }),
  paused: Type.Optional(
    Type.String({ description: 'Present while the pattern is paused: the reason. Track it again to end the pause.' }),
  ),
  includeOwn: Type.Optional(Type.Boolean({ description: 'Present when the user’s own messages match too.' })),
});
const warnings = Type.Array(Type.String(), { description: 'Why the pattern, or a part of it, can never match.' });
const trackedView = Type.Object({ ...subscriptionView.properties, warnings: Type.Optional(warnings) });

const view = ({ id, pattern, user, channel, createdAt, includeOwn, paused }: Subscription) => ({
  id,
  pattern,
  user,
  channel,
  createdAt: new Date(createdAt).toISOString(),
  ...(paused !== undefined && { paused }),
  ...(includeOwn && { includeOwn }),
});

/** Slack has not been reached since the start, so the workspace's id is unknown. */
class WorkspaceUnknown extends UltronexError {
  override readonly code = 'ERR_WORKSPACE_UNKNOWN';
  override readonly status = 503;
  override readonly retryable = true;
}

/** Adds the routes of tracked patterns: list, track, stop, and try a pattern on a text. */
export function trackRoutes(app: Api, deps: HttpDeps): void {
  const { store, tracking, clock } = deps;

  const commit = (changes: Change[]) => store.accept({ changes });

  app.get(
    '/track',
    {
      config: { scope: 'read', perTeam: true },
      schema: {
        tags: ['patterns'],
        summary: 'Tracked patterns and who holds them',
        querystring: Type.Object({ view: Type.Optional(Type.Enum(['list'])) }),
        response: {
          200: Type.Union([
            Type.Object(
              { subscriptions: Type.Array(subscriptionView) },
              { additionalProperties: false, description: 'With view=list.' },
            ),
            Type.Record(Type.String(), Type.String(), {
              description: '`{pattern: "U1, U2"}`, or `{"msg": "No pattern set for match"}`',
            }),
          ]),
          422: errorView,
        },
      },
    },
    (request, reply) => {
      const all = tracking.ofTeam(request.workspace.team());
      if (request.query.view === 'list') reply.send({ subscriptions: all.map(view) });
      else reply.send(all.length === 0 ? { msg: 'No pattern set for match' } : holdersByPattern(all));
    },
  );

  app.post(
    '/track',
    {
      config: { scope: 'track', audit: 'track', perTeam: true },
      schema: {
        tags: ['patterns'],
        summary: 'Track a pattern for a user',
        body: Type.Object({
          pattern,
          user: Type.String({
            minLength: 2,
            maxLength: 200,
            description: 'Who gets the matches as direct messages: a user id, @name or an e-mail address.',
          }),
          channel: Type.Optional(
            Type.String({ minLength: 1, maxLength: 200, description: 'Watch only this channel: its id or #name.' }),
          ),
          includeOwn: Type.Optional(
            Type.Boolean({
              description:
                'Also match the user’s own messages. Default: false for a new pattern, unchanged for a tracked one.',
            }),
          ),
        }),
        response: { 200: trackedView, 201: trackedView, 422: errorView, 503: errorView },
      },
    },
    async (request, reply) => {
      const { pattern, includeOwn } = request.body;
      tracking.check(pattern);
      const { workspace } = request;
      const user = await userOf(request.body.user, workspace);
      const channel = request.body.channel === undefined ? null : await channelOf(request.body.channel, workspace);
      request.audited = { target: pattern, detail: trackedFor(user, channel) };
      const found = tracking.warnings(pattern);
      const withWarnings = found.length > 0 ? { warnings: found } : {};
      const team = workspace.team();
      if (team === '')
        throw new WorkspaceUnknown(
          'Slack has not been reached yet, so the workspace is not known. Try again when /readyz is true.',
        );
      const same = (each: Subscription) => each.pattern === pattern && each.channel === channel;
      const held = tracking.heldBy(team, user).find(same);
      if (held && (includeOwn ?? held.includeOwn ?? false) === (held.includeOwn ?? false)) {
        const { paused, ...active } = held;
        if (paused !== undefined) await commit([{ type: 'pause', team, ids: [held.id], reason: null }]);
        return reply.status(200).send({ ...view(active), ...withWarnings });
      }
      if (!held) refuseTooMany(tracking, team, user);
      const own = includeOwn ? ({ includeOwn: true } as const) : {};
      const createdAt = clock.now();
      const subscription: Subscription = { id: deps.newId(), team, user, pattern, channel, createdAt, ...own };
      const changes: Change[] = [{ type: 'subscribe', subscription }];
      if (held) changes.unshift({ type: 'unsubscribe', team, ids: [held.id] });
      await commit(changes);
      reply.status(201).send({ ...view(subscription), ...withWarnings });
    },
  );

  app.delete(
    '/track/:id',
    {
      config: { scope: 'track', audit: 'stop tracking', perTeam: true },
      schema: {
        tags: ['patterns'],
        summary: 'Stop tracking',
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) }),
        response: { 200: Type.Object({ msg: Type.String() }), 404: errorView, 503: errorView },
      },
    },
    async (request, reply) => {
      const held = tracking.ofTeam(request.workspace.team()).find((each) => each.id === request.params.id);
      if (held === undefined)
        throw new NotFound(
          `There is no tracked pattern "${request.params.id}". GET /ultronex/track?view=list lists them.`,
        );
      request.audited = { target: held.pattern, detail: trackedFor(held.user, held.channel) };
      await commit([{ type: 'unsubscribe', team: held.team, ids: [held.id] }]);
      const others = tracking.holdersOf(held.team, held.pattern).length;
      reply.send({ msg: others === 0 ? 'Stopped.' : `Stopped; ${others} more still hold it.` });
    },
  );

  app.post(
    '/track/test',
    {
      config: { scope: ['read', 'track'], perTeam: true },
      schema: {
        tags: ['patterns'],
        summary: 'Try a pattern on a text',
        description: 'The text is matched as a message with this text would be; it may have Slack’s markup.',
        body: Type.Object({ pattern, sample: Type.String({ maxLength: 40_000 }) }),
        response: {
          200: Type.Object({
            matches: Type.Boolean(),
            spans: Type.Array(Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }), {
              description:
                '[start, end) in UTF-16 units. A span covers a whole mention or emoji, never a part of one. At most 100.',
            }),
            warnings,
          }),
          422: errorView,
        },
      },
    },
    async (request, reply) => {
      const { pattern, sample } = request.body;
      await request.workspace.learnNames(sample);
      const spans = tracking.find(request.workspace.team(), pattern, sample);
      reply.send({ matches: spans.length > 0, spans, warnings: tracking.warnings(pattern) });
    },
  );
}

/** Returns a user's id. @throws InvalidRequest with the remedy, RecipientUnknown */
async function userOf(written: string, { findPerson }: HttpWorkspace): Promise<string> {
  const id = /^<@([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(written.trim())?.[1] ?? written.trim();
  if (isUserId(id)) return id;
  if (id.startsWith('#') || isChannelId(id)) {
    throw new InvalidRequest('user', `user "${id}" is a channel; name a person: @name, an e-mail address or a user id`);
  }
  return recipientOf(id.includes('@') ? id : `@${id}`, 'user', findPerson);
}

/** Returns a channel's id. @throws InvalidRequest with the remedy */
async function channelOf(written: string, { findChannel }: HttpWorkspace): Promise<string> {
  const id = await findChannel(written.trim());
  if (id !== null && isChannelId(id) && !id.startsWith('D')) return id;
  throw new InvalidRequest(
    'channel',
    `channel "${written}" is not one that the bot can see; name it as #name or by its id, and invite the bot to it`,
  );
}

const trackedFor = (user: string, channel: string | null) => `for ${user}${channel === null ? '' : ` in ${channel}`}`;

function refuseTooMany(tracking: Pick<Tracking, 'countOf' | 'heldBy'>, team: string, user: string): void {
  if (tracking.heldBy(team, user).length >= maxPatternsPerUser) {
    throw new InvalidRequest(
      'user',
      `user "${user}" holds ${maxPatternsPerUser} patterns, the most one person can have; DELETE /ultronex/track/{id} makes room`,
    );
  }
  if (tracking.countOf(team) >= maxPatternsPerTeam) {
    throw new InvalidRequest(
      'pattern',
      `this workspace holds ${maxPatternsPerTeam} patterns, the most there can be; DELETE /ultronex/track/{id} makes room`,
    );
  }
}

function holdersByPattern(all: readonly Subscription[]): Record<string, string> {
  const holders = new Map<string, Set<string>>();
  for (const { pattern, user } of all) holders.set(pattern, (holders.get(pattern) ?? new Set()).add(user));
  return Object.fromEntries([...holders].map(([pattern, users]) => [pattern, [...users].join(', ')]));
}
