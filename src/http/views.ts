import { type Delivery, deliveryStates } from '../domain/delivery.ts';
import { shownText } from '../domain/shown-text.ts';
import { tones } from '../domain/tone.ts';
import { nullable } from '../lib/nullable.ts';
import { Type } from '../lib/schema.ts';
import type { HttpDeps } from './deps.ts';

/** The schema of an error. */
export const errorView = Type.Object(
  { msg: Type.String(), field: Type.Optional(Type.String()), reason: Type.Optional(Type.String()) },
  { description: 'What is wrong, and what to do about it.' },
);

const time = (description: string) => Type.String({ format: 'date-time', description });

/** Returns the schema of a delivery. Times are ISO 8601 in UTC. @param sources the possible values of `source` */
export const deliveryView = (sources: readonly string[]) =>
  Type.Object(
    {
      id: Type.String({ format: 'uuid' }),
      state: Type.Enum([...deliveryStates]),
      channel: Type.String({ description: 'As it was asked for: #name, or an id. The name, with `to`.' }),
      to: Type.Optional(Type.String({ description: 'Present when it goes elsewhere than to Slack: the destination.' })),
      text: Type.String(),
      preview: Type.Optional(
        Type.String({
          description: 'Present when the text is invisible: the text of its attachments or blocks.',
        }),
      ),
      title: nullable(Type.String()),
      blocks: nullable(
        Type.Array(Type.Object({}, { additionalProperties: true }), {
          description: 'Its Block Kit, as it was posted.',
        }),
      ),
      threadTs: nullable(Type.String()),
      replyTo: nullable(
        Type.String({ format: 'uuid', description: 'The id of the message whose thread this message goes to.' }),
      ),
      tone: nullable(
        Type.Enum([...tones], {
          description: 'The severity that colours the message, or `resolved`.',
        }),
      ),
      slackFields: nullable(
        Type.Object(
          {},
          {
            additionalProperties: true,
            description: 'Fields that are passed on to Slack: `username`, `attachments` …',
          },
        ),
      ),
      source: Type.Enum([...sources]),
      trace: Type.String({ description: 'Also in the log lines of this message.' }),
      attempts: Type.Integer(),
      createdAt: time('When it was accepted.'),
      updatedAt: time('When its state last changed.'),
      expiresAt: time('If it was not sent by then, it is not sent at all.'),
      slack: nullable(
        Type.Object(
          { channel: Type.String(), ts: Type.String(), permalink: nullable(Type.String()) },
          { description: 'Where it is in Slack.' },
        ),
      ),
      error: nullable(
        Type.String({
          description: 'The last error: Slack’s code, then after a colon its details, such as the missing scope.',
        }),
      ),
      warnings: Type.Array(Type.String(), {
        description:
          'Problems of a message that was sent nevertheless: each file that was left out, with the reason; a thread that is gone.',
      }),
      mergedInto: nullable(Type.String({ description: 'The id of the digest that this message was merged into.' })),
      mergedCount: Type.Integer({ description: 'How many similar messages were merged into this one.' }),
      pending: nullable(Type.Enum(['update', 'delete'])),
      attachments: Type.Array(Type.String()),
    },
    { description: 'A line of the ledger.' },
  );

/** Returns a delivery in the shape of `deliveryView`. */
export function viewDelivery(delivery: Delivery, { blocksOf }: Pick<HttpDeps, 'blocksOf'>) {
  const shown = shownText(delivery);
  const blocks = blocksOf(delivery);
  return {
    id: delivery.id,
    state: delivery.state,
    channel: delivery.destination.address,
    ...(delivery.destination.kind !== 'slack' && { to: delivery.destination.address }),
    text: delivery.text,
    ...(shown !== delivery.text && { preview: shown }),
    title: delivery.title || null,
    blocks: blocks?.length ? blocks : null,
    threadTs: delivery.threadTs ?? null,
    replyTo: delivery.replyTo ?? null,
    tone: delivery.tone ?? null,
    slackFields: delivery.slackFields ?? null,
    source: delivery.source,
    trace: delivery.trace,
    attempts: delivery.attempts,
    createdAt: new Date(delivery.createdAt).toISOString(),
    updatedAt: new Date(delivery.updatedAt).toISOString(),
    expiresAt: new Date(delivery.expiresAt).toISOString(),
    slack: delivery.destination.kind === 'slack' ? delivery.slack : null,
    error: delivery.error,
    warnings: delivery.warnings,
    mergedInto: delivery.mergedInto,
    mergedCount: delivery.mergedCount,
    pending: delivery.pending,
    attachments: delivery.attachments.map((attachment) => attachment.name),
  };
}
