import { InvalidRequest } from '../../domain/errors.ts';
import { Type } from '../../lib/schema.ts';
import type { Api } from '../api.ts';
import { errorView } from '../views.ts';

/** Most ids in a request, and most results of a search. */
const mostIds = 100;
const mostFound = 20;

/** Adds GET /names: the names of ids, and the ids of names. The pages show and accept names only. */
export function nameRoutes(app: Api): void {
  app.get(
    '/names',
    {
      config: { scope: 'read', perTeam: true },
      schema: {
        tags: ['state'],
        summary: 'Names of people and channels by their ids, or a search by a part of the name',
        description: 'Give `ids`, or `kind` with `q`. Names come from cached lists: an unknown id is left out.',
        querystring: Type.Object({
          ids: Type.Optional(
            Type.String({ maxLength: 4_000, description: `Ids separated by commas, ${mostIds} at most: U1,C4.` }),
          ),
          kind: Type.Optional(Type.Enum(['user', 'channel'])),
          q: Type.Optional(
            Type.String({ maxLength: 100, description: `Part of a name or an id; at most ${mostFound} are returned.` }),
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
      const { nameBook } = request.workspace;
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
