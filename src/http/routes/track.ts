import { Type } from 'typebox';
import { InvalidRequest, NotFound, UltronexError } from '../../domain/errors.ts';
import { maxPatternsPerTeam, maxPatternsPerUser } from '../../domain/limits.ts';
import { isChannelId, isUserId } from '../../domain/slack-ids.ts';
import type { Change, Subscription } from '../../domain/subscription.ts';
import type { Tracking } from '../../ports/tracking.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { recipientOf } from '../recipient.ts';
import { errorView } from '../views.ts';

const pattern = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: 'An RE2 regular expression; case does not matter.',
});
const subscriptionView = Type.Object({
  id: Type.String(),
  pattern: Type.String(),
  user: Type.String(),
  channel: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String({ format: 'date-time' }),
  paused: Type.Optional(
    Type.String({ description: 'Present: nothing is matched; the reason. Track it again to lift the pause.' }),
  ),
  includeOwn: Type.Optional(Type.Boolean({ description: 'Present: the user’s own messages are sent to them too.' })),
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

/** Slack has not told yet which workspace this is. */
class WorkspaceUnknown extends UltronexError {
  override readonly code = 'ERR_WORKSPACE_UNKNOWN';
  override readonly status = 503;
  override readonly retryable = true;
}

export function trackRoutes(app: Api, deps: HttpDeps): void {
  const { store, tracking, clock } = deps;

  const commit = (changes: Change[]) => store.accept({ changes });

  app.get(
    '/track',
    {
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
      const all = tracking.all();
      if (request.query.view === 'list') reply.send({ subscriptions: all.map(view) });
      else reply.send(all.length === 0 ? { msg: 'No pattern set for match' } : holdersByPattern(all));
    },
  );

  app.post(
    '/track',
    {
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
              description: 'Send the user their own messages too. When left out: not, or as it is held.',
            }),
          ),
        }),
        response: { 200: trackedView, 201: trackedView, 422: errorView, 503: errorView },
      },
    },
    async (request, reply) => {
      const { pattern, includeOwn } = request.body;
      tracking.check(pattern);
      const user = await userOf(request.body.user, deps);
      const channel = request.body.channel === undefined ? null : await channelOf(request.body.channel, deps);
      const found = tracking.warnings(pattern);
      const told = found.length > 0 ? { warnings: found } : {};
      const team = deps.team();
      if (team === '')
        throw new WorkspaceUnknown(
          'Slack has not been reached yet, so the workspace is not known. Try again when /readyz is true.',
        );
      const same = (each: Subscription) => each.pattern === pattern && each.channel === channel;
      const held = tracking.heldBy(team, user).find(same);
      if (held && (includeOwn ?? held.includeOwn ?? false) === (held.includeOwn ?? false)) {
        const { paused, ...active } = held;
        if (paused !== undefined) await commit([{ type: 'pause', ids: [held.id], reason: null }]);
        return reply.status(200).send({ ...view(active), ...told });
      }
      if (!held) refuseTooMany(tracking, team, user);
      const whose = includeOwn ? ({ includeOwn: true } as const) : {};
      const createdAt = clock.now();
      const subscription: Subscription = { id: deps.newId(), team, user, pattern, channel, createdAt, ...whose };
      const changes: Change[] = [{ type: 'subscribe', subscription }];
      if (held) changes.unshift({ type: 'unsubscribe', ids: [held.id] });
      await commit(changes);
      reply.status(201).send({ ...view(subscription), ...told });
    },
  );

  app.delete(
    '/track/:id',
    {
      schema: {
        tags: ['patterns'],
        summary: 'Stop tracking',
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) }),
        response: { 200: Type.Object({ msg: Type.String() }), 404: errorView, 503: errorView },
      },
    },
    async (request, reply) => {
      const held = tracking.all().find((each) => each.id === request.params.id);
      if (held === undefined)
        throw new NotFound(
          `There is no tracked pattern "${request.params.id}". GET /ultronex/track?view=list lists them.`,
        );
      await commit([{ type: 'unsubscribe', ids: [held.id] }]);
      const others = tracking.holdersOf(held.team, held.pattern).length;
      reply.send({ msg: others === 0 ? 'Stopped.' : `Stopped; ${others} more still hold it.` });
    },
  );

  app.post(
    '/track/test',
    {
      schema: {
        tags: ['patterns'],
        summary: 'Try a pattern on a text',
        description:
          "The text is read as a message is, with Slack's markup; the answer is that of a message with this text.",
        body: Type.Object({ pattern, sample: Type.String({ maxLength: 40_000 }) }),
        response: {
          200: Type.Object({
            matches: Type.Boolean(),
            spans: Type.Array(Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }), {
              description:
                '[start, end) of the text in UTF-16 units, each as a whole (a mention, an emoji); at most 100.',
            }),
            warnings,
          }),
          422: errorView,
        },
      },
    },
    async (request, reply) => {
      const { pattern, sample } = request.body;
      await deps.learnNames(sample);
      const spans = tracking.find(pattern, sample);
      reply.send({ matches: spans.length > 0, spans, warnings: tracking.warnings(pattern) });
    },
  );
}

/** @throws InvalidRequest with the remedy, RecipientUnknown */
async function userOf(written: string, { findPerson }: HttpDeps): Promise<string> {
  const id = /^<@([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(written.trim())?.[1] ?? written.trim();
  if (isUserId(id)) return id;
  if (id.startsWith('#') || isChannelId(id)) {
    throw new InvalidRequest('user', `user "${id}" is a channel; name a person: @name, an e-mail address or a user id`);
  }
  return recipientOf(id.includes('@') ? id : `@${id}`, 'user', findPerson);
}

/** @throws InvalidRequest with the remedy */
async function channelOf(written: string, { findChannel }: HttpDeps): Promise<string> {
  const id = await findChannel(written.trim());
  if (id !== null && isChannelId(id) && !id.startsWith('D')) return id;
  throw new InvalidRequest(
    'channel',
    `channel "${written}" is none that the bot sees; name it as #name or by its id, and invite the bot to it`,
  );
}

function refuseTooMany(tracking: Pick<Tracking, 'all' | 'heldBy'>, team: string, user: string): void {
  if (tracking.heldBy(team, user).length >= maxPatternsPerUser) {
    throw new InvalidRequest(
      'user',
      `user "${user}" holds ${maxPatternsPerUser} patterns, the most one person can have; DELETE /ultronex/track/{id} makes room`,
    );
  }
  if (tracking.all().filter((each) => each.team === team).length >= maxPatternsPerTeam) {
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
