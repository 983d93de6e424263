import type { HerokuClient } from './client.ts';
import type { Readings } from './readings.ts';
import type { HerokuApps } from './types.ts';

export interface HerokuAppsParts {
  client: Pick<HerokuClient, 'remaining'>;
  readings: Pick<Readings, 'of' | 'read'>;
  names(): readonly string[];
  lookAt(app: string): void;
}

export function createHerokuApps({ client, readings, names, lookAt }: HerokuAppsParts): HerokuApps {
  return { names, list: () => names().map(readings.of), read: readings.read, lookAt, remaining: client.remaining };
}
