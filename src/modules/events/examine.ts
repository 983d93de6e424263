import type { Store } from '../../ports/store.ts';
import type { ConfigOf, Diagnosis } from '../module.ts';
import { healthOf, readOverview } from './overview.ts';
import type { eventsSettings } from './settings.ts';

/** For `ultronex doctor`: Redis, and how far each receiver is. @param store null: there is none, or it cannot be read */
export async function examineEvents(
  config: ConfigOf<typeof eventsSettings>,
  store: Store | null,
): Promise<readonly Diagnosis[]> {
  const { REDIS_URL: url, REDIS_PASSWORD: password, EVENTS_STREAM, EVENTS_MAXLEN: keep } = config;
  const stream = EVENTS_STREAM === 'off' ? null : EVENTS_STREAM;
  const found: Diagnosis[] = [];
  if (url !== undefined) {
    const { examineRedis } = await import('./redis/examine.ts');
    found.push(...(await examineRedis({ url, password, stream, keep })));
  }
  if (store === null) return found;
  const receivers = [
    ...(url !== undefined && stream !== null ? ['stream'] : []),
    ...(config.RELAX_EVENTS_QUEUE === undefined ? [] : ['queue']),
    ...(config.EVENTS_WEBHOOK_URL === undefined ? [] : ['webhook']),
  ];
  const { state, detail } = healthOf(await readOverview(store, receivers), Date.now(), () => null);
  return [
    ...found,
    state === 'ok'
      ? { level: 'ok', text: detail }
      : { level: 'warn', text: `${detail}. Start the receiver; the log of the program has the reason` },
  ];
}
