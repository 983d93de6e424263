import { coreSources } from '../domain/delivery.ts';
import { modules } from '../modules/index.ts';

/** What can have made the program send a message: field `source` of the ledger. */
export const deliverySources: readonly string[] = [
  ...coreSources,
  ...modules.flatMap(({ deliverySources = [] }) => deliverySources.map(({ name }) => name)),
];

/** Those whose messages are made again by themselves, so that nobody misses them with the store. */
export const renewedSources: readonly string[] = modules.flatMap(({ deliverySources = [] }) =>
  deliverySources.filter(({ renewed }) => renewed).map(({ name }) => name),
);
