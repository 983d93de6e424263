import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { textOfSlashLine } from '../domain/slash-command.ts';
import { Type } from '../lib/schema.ts';
import type { Simulator } from './simulator.ts';
import { bot } from './workspace.ts';

const id = Type.String({ minLength: 1, maxLength: 100 });
const name = Type.Object({ name: Type.String({ minLength: 1, maxLength: 80 }) });
const said = Type.Object({
  channel: id,
  user: id,
  text: Type.String({ maxLength: 40_000 }),
  threadTs: Type.Optional(id),
  files: Type.Optional(Type.Array(id, { maxItems: 10 })),
});
const maxFileBytes = 5 * 1024 * 1024;

/** The function of the room `http` that opens a stream of server-sent events. */
export type OpenEventStream = (
  request: FastifyRequest,
  reply: FastifyReply,
) => { send(event: string, data: unknown): void; onClose(run: () => void): void };

const mimetypes: Record<string, string> = {
  json: 'application/json',
  csv: 'text/csv',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  xml: 'application/xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

/** Returns the routes of the simulator's page, under /ultronex/simulator. */
export function simulatorRoutes(simulator: Simulator, openEventStream: OpenEventStream): FastifyPluginAsync {
  const { workspace } = simulator;
  const plugin: FastifyPluginAsyncTypebox = async (app) => {
    const hide = { hide: true };
    // A simulated user may give every command, including `restart`, so acting as one needs this scope.
    const acts = { scope: 'control' } as const;

    app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });

    app.get('/state', { schema: hide }, (_request, reply) => {
      reply.send({ bot, users: workspace.users(), channels: workspace.channels(), messages: workspace.messages() });
    });

    app.get('/events', { schema: hide }, (request, reply) => {
      const stream = openEventStream(request as FastifyRequest, reply as FastifyReply);
      stream.onClose(workspace.subscribe(({ event, data }) => stream.send(event, data)));
    });

    app.post('/messages', { config: acts, schema: { ...hide, body: said } }, async (request, reply) => {
      reply.status(201).send(await simulator.say(request.body));
    });

    app.post('/commands', { config: acts, schema: { ...hide, body: said } }, async (request, reply) => {
      const text = textOfSlashLine(request.body.text) ?? request.body.text;
      reply.send({ reply: await simulator.command({ ...request.body, text }) });
    });

    app.post(
      '/actions',
      {
        config: acts,
        schema: { ...hide, body: Type.Object({ channel: id, user: id, value: Type.String({ maxLength: 2_000 }) }) },
      },
      async (request, reply) => {
        const { channel, user, value } = request.body;
        reply.send({ reply: await simulator.command({ channel, user, text: value }) });
      },
    );

    app.post(
      '/files',
      {
        bodyLimit: maxFileBytes,
        config: { scope: 'control', ownBody: true },
        schema: { ...hide, querystring: Type.Object({ name: Type.String({ minLength: 1, maxLength: 255 }) }) },
      },
      (request, reply) => {
        const extension = request.query.name.split('.').at(-1)?.toLowerCase() ?? '';
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const file = workspace.addFile(request.query.name, mimetypes[extension] ?? 'text/plain', bytes);
        reply.status(201).send({ id: file.id });
      },
    );

    app.get('/files/:id', { schema: { ...hide, params: Type.Object({ id }) } }, (request, reply) => {
      const { bytes, name } = workspace.file(request.params.id);
      reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .header('x-content-type-options', 'nosniff')
        .send(Buffer.from(bytes));
    });

    app.post('/users', { config: acts, schema: { ...hide, body: name } }, (request, reply) => {
      reply.status(201).send(workspace.addUser(request.body.name));
    });

    app.post('/channels', { config: acts, schema: { ...hide, body: name } }, (request, reply) => {
      reply.status(201).send(workspace.addChannel(request.body.name));
    });
  };
  return plugin as unknown as FastifyPluginAsync;
}
