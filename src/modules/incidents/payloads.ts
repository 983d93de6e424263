import { InvalidRequest } from '../../domain/errors.ts';

type Json = Record<string, unknown>;
type Hook = 'alertmanager' | 'grafana';

/** Recognises bodies that belong to another address, by fields that only they have. */
const strangers: [is: (body: Json) => boolean, what: string, remedy: Partial<Record<Hook, string>> | string][] = [
  [
    (body) => body.version === '1' || ('orgId' in body && 'alerts' in body),
    'Grafana’s webhook',
    { alertmanager: 'use /ultronex/hooks/grafana' },
  ],
  [
    (body) => body.version === '4' && 'groupKey' in body,
    'Alertmanager’s webhook',
    { grafana: 'use /ultronex/hooks/alertmanager' },
  ],
  [
    (body) => 'ruleName' in body || 'evalMatches' in body,
    'the webhook of Grafana’s alerting before version 9',
    'upgrade Grafana, or post a text to /ultronex/slack/{channel}',
  ],
  [
    (body) => 'text' in body || 'attachments' in body || 'blocks' in body || 'payload' in body,
    'a message for a Slack webhook',
    'use /ultronex/webhook/{channel}',
  ],
  [(body) => 'msg' in body, 'a message', 'use /ultronex/slack'],
];

/**
 * Refuses a body that belongs to another address.
 * @throws InvalidRequest that names the right address
 */
export function refuseStrangers(body: unknown, hook: Hook): void {
  const own = hook === 'alertmanager' ? 'Alertmanager’s webhook (version 4)' : 'Grafana’s webhook';
  if (Array.isArray(body)) {
    throw new InvalidRequest(
      'body',
      `This is a list, as Prometheus posts to Alertmanager itself; this address takes ${own}. Let Prometheus notify Alertmanager, and Alertmanager this address.`,
    );
  }
  if (typeof body !== 'object' || body === null) return;
  for (const [is, what, remedy] of strangers) {
    if (!is(body as Json)) continue;
    const advice = typeof remedy === 'string' ? remedy : remedy[hook];
    if (advice !== undefined) throw new InvalidRequest('body', `This is ${what}: ${advice}.`);
    return;
  }
}
