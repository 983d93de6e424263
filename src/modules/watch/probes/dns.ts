import { Resolver } from 'node:dns/promises';
import { errorCode } from '../../../lib/error-code.ts';
import { shortened } from '../../../lib/shortened.ts';
import type { DnsProbe } from '../../../watch-files/index.ts';
import { type Asked, dnsFailure } from './dns-failure.ts';
import { canonical } from './lookup.ts';
import type { Network } from './network.ts';
import { foundRecords, wantedRecords } from './records.ts';
import { Failed, type Run } from './run.ts';

/** Time limit of a query. It is made again after a time-out, and after nothing else. */
const longestQueryMs = 3_000;

/** Asks for the records of a name, by a resolver of its own, and compares them in any order. @throws Failed */
export async function probeDns({ host, type, values, server }: DnsProbe, { nameServers }: Network, run: Run) {
  const name = canonical(host);
  const servers = server === null ? nameServers : [server];
  const began = run.clock.monotonic();
  const asked = (): Asked => ({ tookMs: run.clock.monotonic() - began, ...(server !== null && { server }) });
  run.waits('dns', `The DNS server${server === null ? '' : ` ${server}`} did not answer within ${run.limit}.`);
  let records: string[] = [];
  try {
    records = await askTwice(name, type, servers, run);
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw dnsFailure(errorCode(error), host, `${type} record`, asked());
  }
  run.reached();
  if (records.length === 0) throw dnsFailure('ENODATA', host, `${type} record`, asked());
  const { wanted, found } = values === null ? { wanted: null, found: records } : wantedRecords(type, values, records);
  if (wanted === null || sameSet(wanted, found)) return listed(found);
  const are = found.length === 1 ? `The ${type} record is` : `The ${type} records are`;
  throw new Failed('response', `${are} ${listed(found)} instead of ${listed(wanted)}.`);
}

async function askTwice(
  name: string,
  type: DnsProbe['type'],
  servers: readonly string[] | undefined,
  run: Run,
): Promise<string[]> {
  const queryMs = Math.min(longestQueryMs, Math.floor(run.withinMs * 0.45));
  for (let query = 1; ; query += 1) {
    try {
      return await ask(name, type, servers, queryMs, run);
    } catch (error) {
      if (query === 2 || !['ETIMEOUT', 'ECANCELLED'].includes(errorCode(error))) throw error;
    }
  }
}

async function ask(
  name: string,
  type: DnsProbe['type'],
  servers: readonly string[] | undefined,
  queryMs: number,
  run: Run,
): Promise<string[]> {
  // The system may have several servers: the next one is asked in the middle of the time.
  const timeout = Math.max(1, servers?.length === 1 ? queryMs : Math.floor(queryMs / 2));
  const resolver = new Resolver({ timeout, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  run.onEnd(() => resolver.cancel());
  const cancel = run.clock.after(queryMs, () => resolver.cancel());
  return run.until(foundRecords(resolver, name, type)).finally(cancel);
}

const sameSet = (a: readonly string[], b: readonly string[]) =>
  new Set(a).size === new Set(b).size && new Set([...a, ...b]).size === new Set(a).size;

function listed(records: readonly string[]): string {
  const sorted = [...new Set(records)].sort();
  const shown = sorted.slice(0, 4).map((record) => shortened(record, 50) || '""');
  return sorted.length > shown.length
    ? `${shown.join(', ')} and ${sorted.length - shown.length} more`
    : shown.join(', ');
}
