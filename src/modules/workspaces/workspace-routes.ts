import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync } from 'fastify';
import type { Static } from 'typebox';
import { InvalidRequest } from '../../domain/errors.ts';
import { errorView, setBodyParsers } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import type { InstalledView, Installer } from '../../ports/installer.ts';

const tags = ['workspaces'];
/** Bots that are not served and listed. */
const mostUnserved = 20;
const time = Type.String({ format: 'date-time' });
const orNull = <T extends ReturnType<typeof Type.String>>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });
const team = Type.String({
  pattern: '^[A-Z0-9]{1,30}$',
  description: 'Its id: `T0123ABCD`, `E0123ABCD` for an organisation.',
});

const workspaceView = Type.Object({
  team,
  name: Type.String(),
  isOrg: Type.Boolean({ description: 'It is installed for all workspaces of an organisation.' }),
  enterprise: orNull(Type.String(), 'The organisation that it is part of.'),
  url: Type.String(),
  botUser: Type.String(),
  origin: Type.Union([Type.Literal('install'), Type.Literal('hash')], {
    description: '`install`: by /slack/install; `hash`: from the Redis hash of RELAX_BOTS_KEY.',
  }),
  namespace: Type.String({
    description: 'Of its events, as the hash has it; empty for one that came by /slack/install.',
  }),
  installedAt: time,
  installedBy: Type.String({ description: 'The id of a Slack user; empty for a bot of the hash.' }),
  missingScopes: Type.Array(Type.String(), { description: 'Scopes that the bot needs now and does not have there.' }),
  trouble: orNull(
    Type.String(),
    'Why the token does not work, or cannot be refreshed, in Slack’s words; `key_missing`: no key of TOKEN_KEYS decrypts it; null: it works.',
  ),
  rotates: Type.Boolean({ description: 'The token is replaced before it ends.' }),
  tokenExpiresAt: orNull(time, 'Null: the token does not end.'),
  key: Type.String({ description: 'The key of TOKEN_KEYS that its tokens are encrypted with.' }),
});

const removalView = Type.Object({
  team,
  wasInstalled: Type.Boolean({ description: 'False: only its data was left, and erased.' }),
  isRevoked: Type.Boolean({ description: 'Its token works no more.' }),
  why: Type.String({ description: 'Why the token may still work; empty when it does not.' }),
  rows: Type.Integer({ description: 'Rows that were erased.' }),
});

const rekeyView = Type.Object({
  key: Type.String({
    description: 'Name of the key with which the program encrypts: the first one of its TOKEN_KEYS.',
  }),
  changed: Type.Integer({ description: 'Installations that were encrypted anew.' }),
  busy: Type.Integer({ description: 'Installations whose token was being refreshed: call again a minute later.' }),
  unopened: Type.Array(Type.String(), {
    description: 'Teams whose tokens no key decrypts, or another key of that name.',
  }),
  next: orNull(Type.String(), 'The `after` of the next step; null: this was the last one.'),
});

export type Workspace = Static<typeof workspaceView>;
export type Removal = Static<typeof removalView>;
export type Rekeyed = Static<typeof rekeyView>;

/** Returns the routes of the operator: list workspaces, remove one, encrypt tokens anew. */
export function workspaceRoutes({
  installer,
  installs,
}: {
  installer: Installer;
  installs: boolean;
}): FastifyPluginAsync {
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    setBodyParsers(app as never);

    app.get(
      '/workspaces',
      {
        config: { page: 'workspaces' },
        schema: {
          tags,
          summary: 'Workspaces that installed the bot, by their ids; without that of SLACK_BOT_TOKEN',
          querystring: Type.Object({
            cursor: Type.Optional(
              Type.String({ minLength: 1, maxLength: 100, description: '`next` of the previous page.' }),
            ),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
          }),
          response: {
            200: Type.Object({
              workspaces: Type.Array(workspaceView),
              next: Type.Union([Type.String(), Type.Null()]),
              total: Type.Integer(),
              installs: Type.Boolean({ description: 'Whether workspaces can install the bot at /slack/install.' }),
              unserved: Type.Array(Type.Object({ field: Type.String(), problem: Type.String() }), {
                description: `Bots of the Redis hash that are not served, the first ${mostUnserved}: the field, and why.`,
              }),
              unservedTotal: Type.Integer(),
            }),
            422: errorView,
          },
        },
      },
      async (request, reply) => {
        const { cursor = null, limit = 50 } = request.query;
        const { items, next, total } = await installer.list(cursor, limit);
        const all = installer.unserved();
        const unserved = all.slice(0, mostUnserved).map(({ field, problem }) => ({ field, problem }));
        reply.send({ workspaces: items.map(viewOf), next, total, installs, unserved, unservedTotal: all.length });
      },
    );

    app.delete(
      '/workspaces/:team',
      {
        config: { audit: 'workspace remove' },
        schema: {
          tags,
          summary: 'Remove the bot from a workspace, which revokes its token',
          description:
            'What the workspace left (messages, patterns, counters) stays until it is erased: `?erase=true` deletes every row of its own, also later.',
          params: Type.Object({ team }),
          querystring: Type.Object({ erase: Type.Optional(Type.Boolean({ default: false })) }),
          body: Type.Object({
            confirm: Type.String({ maxLength: 100, description: 'The id of the workspace once more.' }),
          }),
          response: { 200: removalView, 404: errorView, 409: errorView, 422: errorView, 503: errorView },
        },
      },
      async (request, reply) => {
        const { params, query, body } = request;
        if (body.confirm !== params.team) {
          throw new InvalidRequest(
            'confirm',
            `confirm "${body.confirm}" is not ${params.team}; write the id once more`,
          );
        }
        const removal = await installer.remove(params.team, { erase: query.erase === true });
        request.audited = {
          target: params.team,
          detail: [query.erase === true ? `erased ${removal.rows} rows` : '', removal.why].filter(Boolean).join('; '),
        };
        reply.send({ team: params.team, ...removal });
      },
    );

    app.post(
      '/workspaces/rekey',
      {
        config: { audit: 'workspace rekey' },
        schema: {
          tags,
          summary: 'Encrypt tokens anew with the newest key of TOKEN_KEYS, 200 workspaces at a time',
          body: Type.Object({
            after: Type.Optional(Type.String({ maxLength: 100, description: '`next` of the previous step.' })),
          }),
          response: { 200: rekeyView, 422: errorView, 503: errorView },
        },
      },
      async (request, reply) => {
        const done = await installer.rekey(request.body.after ?? null);
        request.audited = { target: request.body.after ?? 'first step', detail: `${done.changed} changed` };
        reply.send(done);
      },
    );
  };
  return plugin as unknown as FastifyPluginAsync;
}

const viewOf = ({ installedAt, tokenExpiresAt, botId: _, ...rest }: InstalledView) => ({
  ...rest,
  installedAt: new Date(installedAt).toISOString(),
  tokenExpiresAt: tokenExpiresAt === null ? null : new Date(tokenExpiresAt).toISOString(),
});
