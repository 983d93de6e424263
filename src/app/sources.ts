import { coreSources } from '../domain/delivery.ts';
import { modules } from '../modules/index.ts';

/** The values of the field `source` of a message: what made the program send it. */
export const deliverySources: readonly string[] = [
  ...coreSources,
  ...modules.flatMap(({ deliverySources = [] }) => deliverySources.map(({ name }) => name)),
];

/** Sources whose messages come again by themselves: a store with only such messages may be replaced. */
export const renewedSources: readonly string[] = modules.flatMap(({ deliverySources = [] }) =>
  deliverySources.filter(({ renewed }) => renewed).map(({ name }) => name),
);
