import { Type } from 'typebox';
import type { Content, Delivery, DeliveryState } from '../../domain/delivery.ts';
import { deliveryStates } from '../../domain/delivery.ts';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { isVisible } from '../../domain/names.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { ledgerPage } from '../ledger-page.ts';
import { deliveryView, errorView, viewDelivery } from '../views.ts';

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

/** The ledger: what became of every message, and changing it. */
export function messageRoutes(app: Api, { store, clock, ttlMs, sources }: HttpDeps): void {
  const view = deliveryView(sources);
  const one = { tags: ['messages'], params, response: { 200: view, 404: errorView, 422: errorView } };
  const change = { ...one, response: { ...one.response, 202: view, 409: errorView, 503: errorView } };

  app.get(
    '/messages',
    {
      schema: {
        tags: ['messages'],
        summary: 'The ledger, newest first',
        description:
          'A page may have fewer messages than `limit`, also none, when much had to be looked through; `next` is null at the end alone.',
        querystring: Type.Object({
          state: Type.Optional(Type.Enum([...deliveryStates])),
          channel: Type.Optional(Type.String({ maxLength: 200 })),
          q: Type.Optional(Type.String({ maxLength: 500, description: 'Part of the text.' })),
          mergedInto: Type.Optional(Type.String({ maxLength: 100 })),
          cursor: Type.Optional(Type.String({ maxLength: 100, description: '`next` of the page before.' })),
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
      const filter = { state, channel: channel || undefined, search: q || undefined, mergedInto };
      const { items, next } = await ledgerPage({ store, clock }, filter, cursor ?? null, limit);
      reply.send({ messages: items.map(viewDelivery), next });
    },
  );

  app.get('/messages/:id', { schema: { ...one, summary: 'One message of the ledger' } }, async (request, reply) => {
    const { id } = request.params;
    const delivery = await store.delivery(id);
    if (delivery === null) throw new NotFound(`There is no message "${id}". GET /ultronex/messages lists them.`);
    reply.send(viewDelivery(delivery));
  });

  app.delete(
    '/messages/:id',
    {
      schema: {
        ...change,
        summary: 'Withdraw it: at once while queued (200); in Slack when it was sent (202)',
        querystring: Type.Object(
          {
            merged: Type.Optional(
              Type.Boolean({ description: 'Of a digest: also withdraw every message merged into it.', default: false }),
            ),
          },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      const delivery = await store.withdraw(request.params.id, clock.now(), { merged: request.query.merged });
      reply.status(delivery.pending === null ? 200 : 202).send(viewDelivery(delivery));
    },
  );

  app.patch(
    '/messages/:id',
    {
      schema: {
        ...change,
        summary: 'Edit it: at once while queued (200); in Slack when it was sent (202)',
        body: Type.Object(
          {
            text: Type.Optional(
              Type.String({ minLength: 1, maxLength: 4_000, description: 'Slack edits no longer ones (chat.update).' }),
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
      const delivery = await store.edit(params.id, body, clock.now(), (current) => checkEdit(body, current));
      reply.status(delivery.pending === null ? 200 : 202).send(viewDelivery(delivery));
    },
  );

  app.post(
    '/messages/:id/retry',
    { schema: { ...change, summary: 'Send a message once more that failed, expired or was deleted in Slack' } },
    async (request, reply) => {
      const now = clock.now();
      const delivery = await store.requeue(request.params.id, now, now + ttlMs);
      reply.status(202).send(viewDelivery(delivery));
    },
  );
}

/**
 * Checks the message as the edit would leave it, as a new one is checked. What cannot be edited at all is left to the store.
 * @throws InvalidRequest for an edit that nobody would see, or that hides what the message has
 */
function checkEdit(change: Partial<Content>, delivery: Delivery): void {
  const has: Partial<Delivery> = canChange.has(delivery.state) ? delivery : {};
  const { text = '', title = '', blocks = [] } = { ...has, ...change };
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
  // Beside blocks a title is still the name of a file; a text alone does not change what is hidden.
  if (change.blocks !== undefined && attachments.length === 0) {
    throw new InvalidRequest(
      'blocks',
      'blocks would hide the title that the message has; take it away in the same edit with "title": "", and put a header block into the blocks in its place',
    );
  }
}

const canChange: ReadonlySet<DeliveryState> = new Set(['queued', 'sending', 'sent']);
