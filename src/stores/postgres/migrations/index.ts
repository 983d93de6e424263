import { eventLog } from './event-log.ts';
import { first } from './first.ts';
import { registeredBots } from './registered-bots.ts';
import { second } from './second.ts';

/** One entry a version; the table `versions` counts those applied. Never change an entry that was released, add one. */
export const migrations: readonly string[] = [first, second, eventLog, registeredBots];
