import { Type } from 'typebox';
import { type Delivery, deliveryStates } from '../domain/delivery.ts';
import { shownText } from '../domain/shown-text.ts';
import { nullable } from '../lib/nullable.ts';

/** Schemas and shapes that several routes answer with. Times are ISO 8601 in UTC. */
export const errorView = Type.Object(
  { msg: Type.String(), field: Type.Optional(Type.String()), reason: Type.Optional(Type.String()) },
  { description: 'What is wrong, and what to do about it.' },
);

const time = (description: string) => Type.String({ format: 'date-time', description });

/** `sources`: the values that `source` can have. */
export const deliveryView = (sources: readonly string[]) =>
  Type.Object(
    {
      id: Type.String({ format: 'uuid' }),
      state: Type.Enum([...deliveryStates]),
      channel: Type.String({ description: 'As it was asked for: #name, or an id.' }),
      text: Type.String(),
      preview: Type.Optional(
        Type.String({
          description: 'Present when nothing of the text can be seen: what its attachments or blocks say.',
        }),
      ),
      title: nullable(Type.String()),
      blocks: nullable(
        Type.Array(Type.Object({}, { additionalProperties: true }), { description: 'Its Block Kit, as it was given.' }),
      ),
      threadTs: nullable(Type.String()),
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
      updatedAt: time('When its state changed last.'),
      expiresAt: time('If it was not sent by then, it is not sent at all.'),
      slack: nullable(
        Type.Object(
          { channel: Type.String(), ts: Type.String(), permalink: nullable(Type.String()) },
          { description: 'Where it is in Slack.' },
        ),
      ),
      error: nullable(
        Type.String({
          description:
            'The last error: Slack’s code, then after a colon what else Slack said, such as the missing scope.',
        }),
      ),
      warnings: Type.Array(Type.String(), {
        description: 'What did not go well although it was sent: each file that was left out, with the reason.',
      }),
      mergedInto: nullable(Type.String({ description: 'The message that stands for this one.' })),
      mergedCount: Type.Integer({ description: 'How many similar ones this message stands for besides itself.' }),
      pending: nullable(Type.Enum(['update', 'delete'])),
      attachments: Type.Array(Type.String()),
    },
    { description: 'A line of the ledger.' },
  );

export function viewDelivery(delivery: Delivery) {
  const shown = shownText(delivery);
  return {
    id: delivery.id,
    state: delivery.state,
    channel: delivery.channel,
    text: delivery.text,
    ...(shown !== delivery.text && { preview: shown }),
    title: delivery.title || null,
    blocks: delivery.blocks?.length ? delivery.blocks : null,
    threadTs: delivery.threadTs ?? null,
    slackFields: delivery.slackFields ?? null,
    source: delivery.source,
    trace: delivery.trace,
    attempts: delivery.attempts,
    createdAt: new Date(delivery.createdAt).toISOString(),
    updatedAt: new Date(delivery.updatedAt).toISOString(),
    expiresAt: new Date(delivery.expiresAt).toISOString(),
    slack: delivery.slack,
    error: delivery.error,
    warnings: delivery.warnings,
    mergedInto: delivery.mergedInto,
    mergedCount: delivery.mergedCount,
    pending: delivery.pending,
    attachments: delivery.attachments.map((attachment) => attachment.name),
  };
}
