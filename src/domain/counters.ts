/** The counters of `GET /ultronex/stats`. Existing clients use these names. */
export const counterNames = [
  'total_msg_count',
  'total_attachments_downloaded',
  'replied_msg_count',
  'forwarded_msg_count',
  'total_messages_slacked',
] as const;
export type CounterName = (typeof counterNames)[number];
export type Counts = Partial<Record<CounterName, number>>;
