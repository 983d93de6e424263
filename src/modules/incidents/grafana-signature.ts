import { createHmac, type Hmac } from 'node:crypto';
import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { UltronexError } from '../../domain/errors.ts';
import { isSameSecret } from '../../lib/same-secret.ts';

/** The signature of Grafana's webhook is wrong. */
class GrafanaSignatureWrong extends UltronexError {
  override readonly code = 'ERR_GRAFANA_SIGNATURE_WRONG';
  override readonly status = 401;
}

/** Grafana's default name; it has no default for the time, so docs/hooks.md names this one. */
const signatureHeader = 'x-grafana-alerting-signature';
const timeHeader = 'x-grafana-alerting-timestamp';
const toleranceMs = 5 * 60_000;

/**
 * Returns hooks for Grafana's route: a signed request needs no login. The signature is the HMAC-SHA256 of the body in
 * hexadecimal; with a time, of `time:body` (Grafana 12 and later, "HMAC signature" of a webhook contact point).
 * @param secret null: every request needs a login
 */
export function grafanaSignature(
  app: FastifyInstance,
  secret: string | null,
  clock: Pick<Clock, 'now'>,
): Pick<RouteShorthandOptions, 'onRequest' | 'preParsing' | 'preValidation'> {
  const sums = new WeakMap<FastifyRequest, Hmac>();
  const isSigned = ({ headers }: FastifyRequest) => secret !== null && headers[signatureHeader] !== undefined;

  return {
    onRequest(request: FastifyRequest, reply: FastifyReply, done) {
      if (isSigned(request)) done();
      else app.requireLogin.call(app, request, reply, done);
    },

    async preParsing(request, _reply, payload) {
      if (secret === null || !isSigned(request)) return payload;
      const sum = createHmac('sha256', secret);
      const time = request.headers[timeHeader];
      if (typeof time === 'string') sum.update(`${time}:`);
      sums.set(request, sum);
      const seen = new Transform({
        transform(chunk: Buffer, _encoding, next) {
          sum.update(chunk);
          next(null, chunk);
        },
      });
      payload.on('error', (error) => seen.destroy(error));
      return payload.pipe(seen);
    },

    async preValidation(request) {
      const sum = sums.get(request);
      if (sum === undefined) return;
      const { [signatureHeader]: given = '', [timeHeader]: time } = request.headers;
      if (!isSameSecret(String(given).toLowerCase(), sum.digest('hex'))) {
        throw new GrafanaSignatureWrong(
          'The signature is wrong. Is the secret of the contact point that of GRAFANA_WEBHOOK_SECRET, and its time header, if any, X-Grafana-Alerting-Timestamp?',
        );
      }
      if (time !== undefined && Math.abs(clock.now() - Number(time) * 1_000) > toleranceMs) {
        throw new GrafanaSignatureWrong(
          `The signature is not of now, but of ${String(time).slice(0, 20)}. Are both clocks right?`,
        );
      }
    },
  };
}
