import type { Delivery, NewDelivery, SlackRef } from '../../domain/delivery.ts';
import { type DeliveryChange, isOpen } from '../../domain/transitions.ts';

/** Columns of `deliveries` with the values to write. */
export type DeliveryColumns = Record<string, string | number | null>;

const json = (list: readonly unknown[] | undefined): string | null => (list?.length ? JSON.stringify(list) : null);
const place = (slack: SlackRef | null): DeliveryColumns => ({
  slack_channel: slack?.channel ?? null,
  slack_ts: slack?.ts ?? null,
  permalink: slack?.permalink ?? null,
});

type Encoders = { [K in keyof Required<DeliveryChange>]: (value: DeliveryChange[K]) => DeliveryColumns };

const encoders: Encoders = {
  state: (state = 'queued') => ({ state }),
  text: (text = '') => ({ text }),
  title: (title) => ({ title: title ?? null }),
  sections: (sections) => ({ sections: json(sections) }),
  buttons: (buttons) => ({ buttons: json(buttons) }),
  blocks: (blocks) => ({ blocks: blocks === undefined ? null : JSON.stringify(blocks) }),
  tone: (tone) => ({ tone: tone ?? null }),
  expiresAt: (at = 0) => ({ expires_at: at }),
  attempts: (attempts = 0) => ({ attempts }),
  outcomeUnknown: (unknown) => ({ hidden: unknown ? 1 : 0 }),
  slack: (slack = null) => place(slack),
  uploaded: (uploaded = 0) => ({ uploaded }),
  error: (error = null) => ({ error }),
  warnings: (warnings) => ({ warnings: json(warnings) }),
  mergedInto: () => ({ merged_into: null }),
  mergedCount: (count = 0) => ({ merged_count: count }),
  shown: (shown = 0) => ({ shown }),
  pending: (pending = null) => ({ pending }),
  revision: (revision = 0) => ({ revision }),
  updatedAt: (at = 0) => ({ updated_at: at }),
};

/** Returns the columns that a change of a delivery writes. */
export function changedColumns(delivery: Delivery, change: DeliveryChange): DeliveryColumns {
  const columns: DeliveryColumns = {};
  for (const [field, value] of Object.entries(change)) {
    const encode = encoders[field as keyof DeliveryChange] as (value: unknown) => DeliveryColumns;
    Object.assign(columns, encode(value));
  }
  const after = isOpen({ ...delivery, ...change });
  if (after !== isOpen(delivery)) columns.open = after ? 1 : 0;
  return columns;
}

/** The columns of a new delivery, in the order of `newDeliveryValues`. */
export const newDeliveryColumns = [
  ...(['id', 'text', 'title', 'blocks', 'thread_ts', 'only_for', 'attachments', 'source', 'trace', 'similar'] as const),
  ...(['created_at', 'expires_at', 'updated_at', 'slack_fields', 'sections', 'buttons', 'reply_to', 'tone'] as const),
];

export const newDeliveryValues = (delivery: NewDelivery): (string | number | null)[] => [
  delivery.id,
  delivery.text,
  delivery.title ?? null,
  delivery.blocks ? JSON.stringify(delivery.blocks) : null,
  delivery.threadTs ?? null,
  delivery.onlyFor ?? null,
  json(delivery.attachments),
  delivery.source,
  delivery.trace,
  delivery.similarKey,
  delivery.createdAt,
  delivery.expiresAt,
  delivery.createdAt,
  delivery.slackFields ? JSON.stringify(delivery.slackFields) : null,
  json(delivery.sections),
  json(delivery.buttons),
  delivery.replyTo ?? null,
  delivery.tone ?? null,
];
