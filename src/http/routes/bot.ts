import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { UltronexError } from '../../domain/errors.ts';
import type { HttpDeps } from '../deps.ts';
import { minuteStore } from '../minute-store.ts';
import { errorView } from '../views.ts';

/** More questions in a minute than one address may ask. */
class TooMany extends UltronexError {
  override readonly code = 'ERR_TOO_MANY_REQUESTS';
  override readonly status = 429;
  override readonly retryable = true;
}

/** Open to everybody, so at most this many a minute from one address. */
const perMinute = 60;

export async function botRoute(app: FastifyInstance, { replyTo, clock }: HttpDeps): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    store: minuteStore(clock) as never,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { after }) => new TooMany(`Too many questions; ask again in ${after}.`),
  });
  app.get<{ Querystring: { text?: string } }>(
    '/bot',
    {
      schema: {
        tags: ['replies'],
        summary: 'The answer of the motivational bot to a text',
        security: [],
        querystring: Type.Object({ text: Type.Optional(Type.String({ maxLength: 4_000 })) }),
        response: {
          200: Type.Object({
            quote: Type.String({ description: 'Empty: no trigger word in it, or all replies in cool-down.' }),
          }),
          422: errorView,
          429: errorView,
        },
      },
    },
    (request, reply) => {
      reply.send({ quote: replyTo(request.query.text ?? '') ?? '' });
    },
  );
}
