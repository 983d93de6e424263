import type { TableCopy } from '../stores/index.ts';
import type { Contents } from './store-copy.ts';

/** Returns the counts of a store that was copied. */
export function contentsOf(tables: readonly TableCopy[]): Pick<Contents, 'messages' | 'patterns'> {
  const count = (table: string) => tables.find(({ name }) => name === table)?.target.rows ?? 0;
  return { messages: count('deliveries'), patterns: count('subscriptions') };
}
