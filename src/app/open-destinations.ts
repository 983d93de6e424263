import { resolve } from 'node:path';
import {
  createNamedDestinations,
  type DestinationOutcome,
  loadDestinations,
  type Named,
  type NamedDestinations,
} from '../destinations/named/index.ts';
import type { NewsStore } from '../ports/news-store.ts';
import { byName, watchYamlFolder } from '../yaml-files/index.ts';
import type { Settings } from './index.ts';
import type { Runtime } from './runtime.ts';

/** By this the programs on a store tell one another whether a destination takes messages: any of them sends the next one. */
const topic = 'destination';

/** Opens the destinations of DESTINATIONS_DIR, whose files are read again after a change. */
export async function openDestinations(
  config: Settings,
  news: NewsStore,
  { clock, log, onStop }: Runtime,
): Promise<NamedDestinations> {
  const destinations = createNamedDestinations(clock, (outcome) => news.tell(topic, outcome));
  news.onTold(topic, (outcome) => destinations.takeOutcome(outcome as DestinationOutcome));
  const watched = await watchYamlFolder<Named[]>({
    ...{ dir: resolve(config.DESTINATIONS_DIR), load: loadDestinations, clock },
    onContents(files) {
      const all = byName(files.flat(), (reason) => log.error(reason));
      destinations.replace([...all.values()]);
      if (all.size > 0) log.info({ destinations: destinations.names() }, 'destinations were read');
    },
    onError: (error) => log.error({ err: error }, 'a file of destinations is refused; the old one stays'),
  });
  onStop('destinations', () => watched.stop());
  return destinations;
}
