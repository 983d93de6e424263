import { systemClock } from '../../domain/clock.ts';
import { within } from '../../lib/deadline.ts';
import { errorCode } from '../../lib/error-code.ts';
import { AddressRefused, examineHost } from '../../lib/safe-lookup.ts';
import type { Store } from '../../ports/store.ts';
import type { ConfigOf, Diagnosis } from '../module.ts';
import { healthOf, readOverview } from './overview.ts';
import type { eventsSettings } from './settings.ts';
import { idleRedis } from './unused.ts';

const lookUpMs = 3_000;

/** For `ultronex doctor`: Redis, the host of the webhook, and how far each receiver is. @param store null: there is none, or it cannot be read */
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
  const idle = idleRedis(config);
  if (idle !== null) found.push({ level: 'warn', text: `${idle}. Set one of them, or unset REDIS_URL` });
  if (config.EVENTS_WEBHOOK_URL !== undefined) found.push(await examineWebhook(config.EVENTS_WEBHOOK_URL));
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

/** Makes the checks of a delivery, without one. Shows no more of the address than its host: the rest may be a secret. */
async function examineWebhook(address: string): Promise<Diagnosis> {
  if (!URL.canParse(address)) return { level: 'fail', text: 'EVENTS_WEBHOOK_URL is no address. Correct it' };
  const { host, hostname } = new URL(address);
  try {
    const known = await within(systemClock, lookUpMs, examineHost(hostname));
    if (known !== null) return { level: 'ok', text: `the webhook’s host ${host} is known and allowed` };
    return { level: 'warn', text: `${host} is not looked up within ${lookUpMs / 1_000} s. Look at the DNS server` };
  } catch (error) {
    if (!(error instanceof AddressRefused)) {
      const text = `${host} has no address (${errorCode(error)}). Correct EVENTS_WEBHOOK_URL, or its name in DNS`;
      return { level: 'fail', text };
    }
    const what = 'Link-local addresses and the metadata services of clouds get no events';
    return { level: 'fail', text: `EVENTS_WEBHOOK_URL: ${error.message}. ${what}: name the receiver by another one` };
  }
}
