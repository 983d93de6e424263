/** Destinations besides Slack, from YAML files: e-mail, ntfy, webhooks. A message is sent to one by its name. */
export { createNamedDestinations, type DestinationOutcome, type NamedDestinations } from './destinations.ts';
export { loadDestinations } from './load.ts';
export type { Named } from './named.ts';
