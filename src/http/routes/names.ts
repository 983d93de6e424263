import { Type } from 'typebox';
import { InvalidRequest } from '../../domain/errors.ts';
import type { Api } from '../api.ts';
import type { HttpDeps } from '../deps.ts';
import { errorView } from '../views.ts';

/** Ids that one request asks for. */
const mostIds = 100;
const mostFound = 20;

/** Names for ids and ids for names, for the pages: what is asked for and shown there is names. */
export function nameRoutes(app: Api, { nameBook }: Pick<HttpDeps, 'nameBook'>): void {
  app.get(
    '/names',
    {
      schema: {
        tags: ['state'],
        summary: 'Names of people and channels for their ids, or those whose name has a text in it',
        description:
          'Give `ids`, or `kind` with `q`. Names come from lists that are kept: an id without a name is left out of the answer.',
        querystring: Type.Object({
          ids: Type.Optional(
            Type.String({ maxLength: 4_000, description: `Ids separated by commas, ${mostIds} at most: U1,C4.` }),
          ),
          kind: Type.Optional(Type.Enum(['user', 'channel'])),
          q: Type.Optional(
            Type.String({ maxLength: 100, description: `Part of a name or an id; ${mostFound} are answered at most.` }),
          ),
        }),
        response: {
          200: Type.Object({
            names: Type.Array(
              Type.Object({
                id: Type.String(),
                kind: Type.Enum(['user', 'channel']),
                name: Type.String({ description: 'Without @ or #.' }),
              }),
            ),
            problem: Type.Union([Type.String(), Type.Null()], {
              description: 'Why names may be missing, with the remedy: a scope that the app lacks, for example.',
            }),
          }),
          422: errorView,
        },
      },
    },
    async (request, reply) => {
      const { ids, kind, q = '' } = request.query;
      if ((ids === undefined) === (kind === undefined)) {
        throw new InvalidRequest('ids', 'give either ids, or kind with q');
      }
      if (kind !== undefined) return reply.send(await nameBook.search(kind, q, mostFound));
      const wanted = [...new Set(ids?.split(',').flatMap((id) => id.trim() || []))];
      if (wanted.length > mostIds) throw new InvalidRequest('ids', `ids has ${wanted.length} ids; ${mostIds} may be`);
      return reply.send(await nameBook.ofIds(wanted));
    },
  );
}
