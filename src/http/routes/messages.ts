import type { FastifyRequest } from 'fastify';
import type { Content, Delivery, DeliveryState } from '../../domain/delivery.ts';
import { deliveryStates, edited } from '../../domain/delivery.ts';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { isVisible } from '../../domain/names.ts';
import { allows } from '../../domain/scope.ts';
import { Type } from '../../lib/schema.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { ledgerPage } from '../ledger-page.ts';
import { checkPostOf, postLimits } from '../post-access.ts';
import { deliveryView, errorView, viewDelivery } from '../views.ts';

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

/** Adds the routes of the ledger: list and read messages with their state; edit, withdraw and retry one. */
export function messageRoutes(app: Api, deps: HttpDeps): void {
  const { store, clock, ttlMs, sources } = deps;
  const view = deliveryView(sources);
  const one = { tags: ['messages'], params, response: { 200: view, 404: errorView, 422: errorView } };
  const change = { ...one, response: { ...one.response, 202: view, 409: errorView, 503: errorView } };

  /** Resolves with a message of the request's workspace. @throws NotFound */
  async function find(id: string, { workspace }: FastifyRequest): Promise<Delivery> {
    const delivery = await store.delivery(id);
    if (delivery !== null && (!deps.workspaces.areSeveral || delivery.team === workspace.team())) return delivery;
    throw new NotFound(`There is no message "${id}". GET /ultronex/messages lists them.`);
  }

  /** @throws NotFound; ScopeMissing for a message in another channel than those of the token */
  async function mayChange(id: string, request: FastifyRequest): Promise<void> {
    if (!deps.workspaces.areSeveral && postLimits(request.principal) === null) return;
    await checkPostOf(await find(id, request), request.principal, request.workspace);
  }

  app.get(
    '/messages',
    {
      config: { scope: 'read', perTeam: true },
      schema: {
        tags: ['messages'],
        summary: 'The ledger, newest first',
        description:
          'A page may have fewer messages than `limit`, or none, when a search takes long. Only the last page has `next: null`.',
        querystring: Type.Object({
          state: Type.Optional(Type.Enum([...deliveryStates])),
          channel: Type.Optional(Type.String({ maxLength: 200 })),
          q: Type.Optional(Type.String({ maxLength: 500, description: 'Part of the text.' })),
          mergedInto: Type.Optional(Type.String({ maxLength: 100 })),
          cursor: Type.Optional(Type.String({ maxLength: 100, description: '`next` of the previous page.' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
        }),
        response: {
          200: Type.Object({ messages: Type.Array(view), next: Type.Union([Type.String(), Type.Null()]) }),
          422: errorView,
        },
      },
    },
    async (request, reply) => {
      const { state, channel, q, mergedInto, cursor, limit = 50 } = request.query;
      const team = deps.workspaces.areSeveral ? request.workspace.team() : undefined;
      const filter = { team, state, channel: channel || undefined, search: q || undefined, mergedInto };
      const { items, next } = await ledgerPage({ store, clock }, filter, cursor ?? null, limit);
      reply.send({ messages: items.map((each) => viewDelivery(each, deps)), next });
    },
  );

  app.get(
    '/messages/:id',
    { config: { scope: ['read', 'post'], perTeam: true }, schema: { ...one, summary: 'One message of the ledger' } },
    async (request, reply) => {
      const delivery = await find(request.params.id, request);
      const { principal, workspace } = request;
      if (!allows(principal?.grants ?? [], 'read')) await checkPostOf(delivery, principal, workspace);
      reply.send(viewDelivery(delivery, deps));
    },
  );

  app.delete(
    '/messages/:id',
    {
      config: { scope: 'post', audit: 'withdraw', perTeam: true },
      schema: {
        ...change,
        summary: 'Withdraw a message: at once while it is queued (200), in Slack if it was sent (202)',
        querystring: Type.Object(
          {
            merged: Type.Optional(
              Type.Boolean({
                description: 'For a digest: also withdraw every message merged into it.',
                default: false,
              }),
            ),
          },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      await mayChange(request.params.id, request);
      const delivery = await store.withdraw(request.params.id, clock.now(), { merged: request.query.merged });
      reply.status(delivery.pending === null ? 200 : 202).send(viewDelivery(delivery, deps));
    },
  );

  app.patch(
    '/messages/:id',
    {
      config: { scope: 'post', audit: 'edit', perTeam: true },
      schema: {
        ...change,
        summary: 'Edit a message: at once while it is queued (200), in Slack if it was sent (202)',
        body: Type.Object(
          {
            text: Type.Optional(
              Type.String({ minLength: 1, maxLength: 4_000, description: 'The limit is that of chat.update.' }),
            ),
            title: Type.Optional(Type.String({ maxLength: 3_000 })),
            blocks: Type.Optional(
              Type.Array(Type.Object({ type: Type.String() }, { additionalProperties: true }), { maxItems: 50 }),
            ),
          },
          { minProperties: 1, additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      await mayChange(params.id, request);
      const delivery = await store.edit(params.id, body, clock.now(), (current) => checkEdit(body, current, deps));
      reply.status(delivery.pending === null ? 200 : 202).send(viewDelivery(delivery, deps));
    },
  );

  app.post(
    '/messages/:id/retry',
    {
      config: { scope: 'post', audit: 'retry', perTeam: true },
      schema: { ...change, summary: 'Send a message again that failed, expired or was deleted in Slack' },
    },
    async (request, reply) => {
      await mayChange(request.params.id, request);
      const now = clock.now();
      const delivery = await store.requeue(request.params.id, now, now + ttlMs);
      reply.status(202).send(viewDelivery(delivery, deps));
    },
  );
}

/**
 * Checks the message that results from an edit, by the rules for a new message. The store refuses messages whose state
 * allows no edit.
 * @throws InvalidRequest for an edit without a visible effect, or one that would hide the title
 */
function checkEdit(change: Partial<Content>, delivery: Delivery, { blocksOf }: Pick<HttpDeps, 'blocksOf'>): void {
  const has: Partial<Delivery> = canChange.has(delivery.state) ? delivery : {};
  const after = edited({ text: '', ...has }, change);
  const { text, title = '' } = after;
  const blocks = blocksOf(after) ?? [];
  const { slackFields, attachments = [] } = has;
  const isLeftWithText = change.text !== undefined || (change.blocks !== undefined && has.text !== undefined);
  if (isLeftWithText && !isVisible(text) && blocks.length === 0 && !slackFields?.attachments?.length) {
    const field = change.text === undefined ? 'blocks' : 'text';
    const reason =
      field === 'text'
        ? 'has nothing that can be seen: only white space or invisible characters'
        : 'may not be empty here, for the message has no other text that can be seen; give a text too';
    throw new InvalidRequest(field, `${field} ${reason}`);
  }
  if (change.title && !isVisible(change.title)) {
    throw new InvalidRequest('title', 'title has nothing that can be seen; to take it away, give an empty one');
  }
  if (!title || blocks.length === 0) return;
  if (change.title) {
    throw new InvalidRequest(
      'title',
      'title is not shown beside blocks; put a header block into the blocks in its place',
    );
  }
  // The title is the name of an attached file, too; and only an edit of the blocks can newly hide it.
  if (change.blocks !== undefined && attachments.length === 0) {
    throw new InvalidRequest(
      'blocks',
      'blocks would hide the title that the message has; take it away in the same edit with "title": "", and put a header block into the blocks in its place',
    );
  }
}

const canChange: ReadonlySet<DeliveryState> = new Set(['queued', 'sending', 'sent']);
