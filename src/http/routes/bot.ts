import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { UltronexError } from '../../domain/errors.ts';
import { Type } from '../../lib/schema.ts';
import type { HttpDeps } from '../deps.ts';
import { minuteStore } from '../minute-store.ts';
import { errorView } from '../views.ts';

/** One address asked more questions in a minute than allowed. */
class TooMany extends UltronexError {
  override readonly code = 'ERR_TOO_MANY_REQUESTS';
  override readonly status = 429;
  override readonly retryable = true;
}

/** Questions a minute from one address. The route needs no login. */
const perMinute = 60;

/** Adds GET /bot: a reply of the motivational bot. */
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
        summary: 'The reply of the motivational bot to a text',
        security: [],
        querystring: Type.Object({ text: Type.Optional(Type.String({ maxLength: 4_000 })) }),
        response: {
          200: Type.Object({
            quote: Type.String({
              description: 'Empty when the text has no trigger word, or all its replies are in cool-down.',
            }),
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
