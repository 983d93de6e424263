import type { Redis } from 'iovalkey';
import { systemClock } from '../../../domain/clock.ts';
import { reachOf } from '../../../domain/plain-http.ts';
import { databasePlace } from '../../../lib/database-place.ts';
import { within } from '../../../lib/deadline.ts';
import type { Diagnosis } from '../../module.ts';
import { type Group, readGroups } from './groups.ts';
import { isDatabaseRefused, type Trouble, troubleOf, withoutTls } from './reasons.ts';

const answerMs = 3_000;
/** XINFO GROUPS tells the lag from this version on. */
const lagSince = 7;

export interface RedisFacts {
  /** `Valkey`, `Redis` */
  product: string;
  version: string;
  answerMs: number;
  isAppendOnly: boolean;
  /** `always`; null: the server does not tell. */
  appendFsync: string | null;
  usedBytes: number;
  /** 0: no limit. */
  mostBytes: number;
  /** `noeviction` */
  policy: string;
  groups: readonly Group[];
}

export interface Asked {
  url: string;
  password: string | undefined;
  /** Key of the stream; null: none is written. */
  stream: string | null;
  /** EVENTS_MAXLEN */
  keep: number;
}

/** Asks Redis for its state, within three seconds. Never rejects; shows no password. */
export async function examineRedis(asked: Asked): Promise<Diagnosis[]> {
  const { Redis } = await import('iovalkey');
  const { url, password } = asked;
  const redis = new Redis(url, {
    ...(password !== undefined && new URL(url).password === '' && { password }),
    ...{ lazyConnect: true, maxRetriesPerRequest: 0, enableOfflineQueue: false, retryStrategy: () => null },
    ...{ connectTimeout: 2 * answerMs, connectionName: 'ultronex doctor' },
  });
  let first: unknown = null;
  redis.on('error', (error: Error) => {
    first ??= error;
  });
  try {
    const facts = await within(
      systemClock,
      answerMs,
      redis.connect().then(() => read(redis, asked)),
    );
    if (isDatabaseRefused(first ?? {})) return [unusable(url, troubleOf(first, url))];
    if (facts !== null) return judgeRedis(facts.value, asked);
    return [unusable(url, late(url, redis.status === 'connecting'))];
  } catch (error) {
    return [unusable(url, troubleOf(first ?? error, url))];
  } finally {
    redis.disconnect();
  }
}

function late(url: string, isConnecting: boolean): Trouble {
  const limit = `within ${answerMs / 1_000} s`;
  if (isConnecting && url.startsWith('rediss:')) return withoutTls(`no answer to TLS ${limit}`);
  return { reason: `no answer ${limit}`, remedy: 'Start it, or correct REDIS_URL' };
}

const unusable = (url: string, { reason, remedy }: Trouble): Diagnosis => ({
  level: 'fail',
  text: `${databasePlace(url)} cannot be used (${reason}). ${remedy}. Events wait in the store`,
});

async function read(redis: Redis, { stream }: Asked): Promise<RedisFacts> {
  const askedAt = performance.now();
  const info = fieldsOf(await redis.info());
  const answeredMs = Math.round(performance.now() - askedAt);
  const [isValkey, version] = [info.valkey_version !== undefined, info.valkey_version ?? info.redis_version ?? '0'];
  // Services that are managed often refuse CONFIG.
  const fsync = await redis.config('GET', 'appendfsync').then(
    (answer) => (answer as string[])[1] ?? null,
    () => null,
  );
  const run = <T>(commands: (redis: Redis) => Promise<T>) => commands(redis);
  return {
    ...{ product: isValkey ? 'Valkey' : 'Redis', version, answerMs: answeredMs },
    ...{ isAppendOnly: info.aof_enabled === '1', appendFsync: fsync },
    ...{ usedBytes: Number(info.used_memory), mostBytes: Number(info.maxmemory), policy: info.maxmemory_policy ?? '' },
    groups: stream === null ? [] : await readGroups({ run }, stream),
  };
}

/** Lines such as `redis_version:7.0.15`. */
const fieldsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^(\w+):([^\r\n]*)/gm)].map(([, name = '', value = '']) => [name, value]));

export function judgeRedis(facts: RedisFacts, asked: Asked): Diagnosis[] {
  const place = databasePlace(asked.url);
  const { product, version, answerMs: ms } = facts;
  const isOld = Number(version.split('.')[0]) < lagSince;
  return [
    isOld
      ? {
          level: 'warn',
          text: `${place} is ${product} ${version}, which does not tell how far consumers are. Update it`,
        }
      : { level: 'ok', text: `${place} is ${product} ${version}, and answers in ${ms} ms` },
    accessOf(asked),
    durabilityOf(facts),
    ...memoryOf(facts),
    ...facts.groups.map((group) => groupOf(group, asked.keep)),
  ];
}

function accessOf({ url, password }: Asked): Diagnosis {
  const { protocol, hostname, password: ofUrl } = new URL(url);
  const reach = protocol === 'rediss:' ? 'encrypted' : reachOf(new URL(`http://${hostname}`));
  if (reach === 'elsewhere') {
    return {
      level: 'fail',
      text: 'the connection leaves this network without encryption. Write rediss:// in REDIS_URL',
    };
  }
  if (ofUrl === '' && password === undefined && reach !== 'this machine') {
    return {
      level: 'warn',
      text: 'it asks for no password: whoever reaches it reads all messages. Set requirepass there, and REDIS_PASSWORD',
    };
  }
  return {
    level: 'ok',
    text:
      reach === 'encrypted'
        ? 'the connection is encrypted'
        : 'the connection is not encrypted, and stays within this network',
  };
}

function durabilityOf({ isAppendOnly, appendFsync }: RedisFacts): Diagnosis {
  if (!isAppendOnly) {
    return {
      level: 'warn',
      text: 'its append-only file is off: a restart loses what consumers have not read. Set appendonly yes',
    };
  }
  if (appendFsync === 'no') {
    return { level: 'warn', text: 'appendfsync is no: a power cut loses events. Set it to always, or everysec' };
  }
  return {
    level: 'ok',
    text: `its append-only file is on${appendFsync === null ? '' : `, appendfsync ${appendFsync}`}`,
  };
}

const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

function memoryOf({ usedBytes, mostBytes, policy }: RedisFacts): Diagnosis[] {
  if (mostBytes === 0) return [{ level: 'ok', text: `${mib(usedBytes)} of memory are used, without a limit` }];
  const used = `${mib(usedBytes)} of ${mib(mostBytes)} are used`;
  if (policy !== 'noeviction') {
    return [
      {
        level: 'warn',
        text: `${used}; maxmemory-policy ${policy} may delete the stream when they are. Set noeviction`,
      },
    ];
  }
  return [
    usedBytes > mostBytes * 0.9
      ? { level: 'warn', text: `${used}; when it is full it takes no events. Raise maxmemory, or lower EVENTS_MAXLEN` }
      : { level: 'ok', text: `${used}, and nothing is deleted by itself (noeviction)` },
  ];
}

function groupOf({ name, lag, pending }: Group, keep: number): Diagnosis {
  const text = `group ${name}: ${lag === null ? 'an unknown number of' : lag} entries not given, ${pending} not acknowledged`;
  if (lag === null || lag <= keep / 2) return { level: 'ok', text };
  const remedy = 'Start its consumers, or remove it with XGROUP DESTROY';
  return { level: 'warn', text: `${text}; the stream keeps ${keep}. ${remedy}` };
}
