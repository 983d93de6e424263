import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { parseJson } from '../domain/json.ts';
import { within } from '../lib/deadline.ts';
import type { Dispatch } from './dispatch.ts';
import type { Json } from './json.ts';
import type { SlackSetup } from './options.ts';
import { isSigned } from './signature.ts';
import type { EventsBy } from './status.ts';

type Parts = Pick<SlackSetup, 'clock' | 'timings' | 'log' | 'signingSecret'> & {
  eventsBy: EventsBy;
  dispatch: Dispatch;
};

const noSecret =
  'Requests are not taken without SLACK_SIGNING_SECRET: set it to the "Signing Secret" under "Basic Information" of the Slack app.';

/**
 * `/slack/events`, `/slack/commands`, `/slack/interactive` for events over HTTP; and always `/slack/command` for a slash
 * command that has its own address in the Slack app. Raw bytes are kept inside this plugin only (the signature is over
 * them); other routes of the same server parse their bodies as before.
 */
export function createHttpPlugin({
  clock,
  timings,
  log,
  signingSecret,
  eventsBy,
  dispatch,
}: Parts): FastifyPluginAsync {
  return async (server) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 1024 * 1024 }, (_request, body, done) => {
      done(null, body);
    });
    server.addHook('preHandler', async (request, reply) => {
      if (signingSecret === null) return reply.code(401).send({ msg: noSecret });
      const timestamp = request.headers['x-slack-request-timestamp'];
      const signature = request.headers['x-slack-signature'];
      if (!isSigned(signingSecret, clock.now(), { timestamp, signature, body: bytesOf(request) })) {
        return reply.code(401).send({ msg: "Not signed by Slack with this app's secret, or more than 5 minutes off" });
      }
    });
    server.post('/slack/command', (request, reply) => answer(request, reply, fromForm(request)));
    if (eventsBy !== 'http') return;
    server.post('/slack/events', (request, reply) => answer(request, reply, fromJson(bytesOf(request).toString())));
    server.post('/slack/commands', (request, reply) => answer(request, reply, fromForm(request)));
    server.post('/slack/interactive', (request, reply) =>
      answer(request, reply, fromJson(String(fromForm(request).payload ?? ''))),
    );
  };

  async function answer(request: FastifyRequest, reply: FastifyReply, body: Json | null): Promise<FastifyReply> {
    if (!body) return reply.code(400).send({ msg: 'Unreadable request body' });
    if (body.type === 'url_verification') return reply.send({ challenge: String(body.challenge) });
    if (body.ssl_check) return reply.send();

    try {
      const acked = await within(clock, timings.eventMs, deliver(request, body));
      if (acked) return acked.value === undefined ? reply.send() : reply.send(acked.value);
      log.warn('Slack was not answered in time, it will send the event again');
    } catch (error) {
      log.warn({ err: error }, 'event not acknowledged, Slack will send it again');
    }
    return reply.code(503).send({ msg: 'Not taken, send it again' });
  }

  /** Resolves with the acknowledgement. Later work must not delay the response. */
  function deliver(request: FastifyRequest, body: Json): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ack = async (payload?: unknown) => resolve(payload);
      // The retry number is only logged: events from a time without a listener arrive as retries, so it must not drop
      // them.
      const retryNum = Number(request.headers['x-slack-retry-num'] ?? 0);
      if (retryNum > 0)
        log.info({ retryNum, reason: request.headers['x-slack-retry-reason'] }, 'Slack sends an event again');
      dispatch({ body, ack }).then(() => resolve(undefined), reject);
    });
  }
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function fromForm(request: FastifyRequest): Json {
  return Object.fromEntries(new URLSearchParams(bytesOf(request).toString()));
}

function fromJson(text: string): Json | null {
  try {
    const value = parseJson(text) as Json | null;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
