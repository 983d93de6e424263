import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { actions } from '../../docker/index.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { errorView, openEventStream, requestIdOf, setBodyParsers } from '../../http/index.ts';
import { Type } from '../../lib/schema.ts';
import type { Asker } from './audit.ts';
import type { Container } from './container.ts';
import { TooManyOpen } from './errors.ts';
import { sendLogs } from './logs.ts';
import type { ContainersParts } from './parts.ts';
import { shellRoute } from './shell-route.ts';
import { auditView, listView, viewAudit, viewContainer } from './views.ts';

const tags = ['containers'];
const params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) });
const failures = { 404: errorView, 503: errorView };
/** Most open logs; each holds a connection to Docker. */
const mostLogs = 30;

/** Returns the module's routes, under /ultronex/containers. */
export function containerRoutes(parts: ContainersParts): FastifyPluginAsync {
  const { docker, readings, protection, audit, control, traffic, clock } = parts;
  let openLogs = 0;

  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    setBodyParsers(app as never);

    app.get(
      '/list',
      {
        schema: {
          tags,
          summary: 'All containers with their use of resources',
          response: { 200: listView, 503: errorView },
        },
      },
      async (_request, reply) => {
        const [{ containers }, names, { control: on, hint }] = await Promise.all([
          readings.read(),
          docker.networks(),
          control.state(),
        ]);
        reply.send({
          control: on,
          controlHint: hint,
          containers: containers.map((each) => viewContainer(each, protection)),
          networks: networksOf(
            names.map(({ Name }) => Name),
            containers,
          ),
          traffic: await traffic.read(containers),
        });
      },
    );

    app.get(
      '/audit',
      { schema: { tags, summary: 'The newest 200 actions and shells, newest first', response: { 200: auditView } } },
      async (_request, reply) => {
        reply.send({ entries: (await audit.newest(200)).map(viewAudit) });
      },
    );

    app.get(
      '/:name/logs',
      {
        schema: {
          tags,
          summary: 'A container’s log as server-sent events: `message` {time, stream, text}, at the end `end` {reason}',
          params,
          querystring: Type.Object({
            tail: Type.Optional(Type.Integer({ minimum: 0, maximum: 5_000, default: 200 })),
            follow: Type.Optional(Type.Boolean({ default: false, description: 'Continue with new lines.' })),
            search: Type.Optional(
              Type.String({ maxLength: 200, description: 'Only lines with this text, of the last 10,000.' }),
            ),
          }),
          response: {
            200: { description: 'Events.', content: { 'text/event-stream': { schema: Type.String() } } },
            ...failures,
            409: errorView,
            429: errorView,
          },
        },
      },
      async (request, reply) => {
        const { tail = 200, follow = false, search = '' } = request.query;
        const container = await control.find(request.params.name);
        if (openLogs >= mostLogs) throw new TooManyOpen(`${mostLogs} logs are being read already; close one.`);
        openLogs += 1;
        const [to, from] = [reply as unknown as FastifyReply, request as unknown as FastifyRequest];
        try {
          await sendLogs({ docker, clock }, { container, tail, follow, search }, () => openEventStream(from, to), to);
        } finally {
          openLogs -= 1;
        }
      },
    );

    app.post(
      '/:name/actions',
      {
        config: { scope: 'control' },
        schema: {
          tags,
          summary: 'Start, stop, restart, pause or unpause a container; `confirm` repeats its name',
          params,
          body: Type.Object({ action: Type.Enum([...actions]), confirm: Type.String({ maxLength: 200 }) }),
          response: {
            200: Type.Object({ msg: Type.String() }),
            ...failures,
            403: errorView,
            409: errorView,
            422: errorView,
          },
        },
      },
      async (request, reply) => {
        const { name } = request.params;
        const { action, confirm } = request.body;
        if (confirm !== name)
          throw new InvalidRequest('confirm', `confirm has to repeat the container’s name, ${name}`);
        const container = await control.find(name);
        await control.act(container, action, askerOf(request as unknown as FastifyRequest));
        reply.send({ msg: `${action}: done.` });
      },
    );

    shellRoute(app as never, parts, params, askerOf);
  };
  return plugin as unknown as FastifyPluginAsync;

  function askerOf(request: FastifyRequest): Asker {
    const { actor = { kind: 'user' as const, name: '' } } = request.principal ?? {};
    return { actor, from: request.ip, requestId: requestIdOf(request) };
  }
}

function networksOf(names: readonly string[], containers: readonly Container[]) {
  return names.toSorted().map((name) => ({
    name,
    containers: containers.filter(({ networks }) => networks.includes(name)).map((each) => each.name),
  }));
}
