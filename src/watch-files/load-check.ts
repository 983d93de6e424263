import { isIP } from 'node:net';
import { formatDuration } from '../domain/duration.ts';
import { canonicalHost, isRefusedAddress } from '../lib/refused-address.ts';
import { secretOf } from '../yaml-files/index.ts';
import { minute, type ReadLength, type Refuse, second } from './lengths.ts';
import type { Check, DnsProbe, HttpProbe, Probe, Watched } from './plan.ts';
import type { CheckEntry } from './schema.ts';

/** The fields that only one kind of check has. */
const fieldsOf = {
  http: ['method', 'headers', 'body', 'redirects', 'verify', 'ip'],
  tcp: [],
  tls: ['days'],
  dns: ['type', 'value', 'server'],
  docker: [],
} as const satisfies Record<Probe['kind'], readonly (keyof CheckEntry)[]>;
const kinds = Object.keys(fieldsOf) as Probe['kind'][];

/** @param path of the entry in its file, for `length`; `refuse` takes paths within the entry */
export function loadCheck(
  entry: CheckEntry,
  told: Watched,
  length: ReadLength,
  refuse: Refuse,
  path: readonly (string | number)[],
): Check {
  const given = kinds.filter((kind) => entry[kind] !== undefined);
  const kind = given[0] ?? 'docker';
  if (given.length !== 1) {
    const has = given.length === 0 ? 'has none' : `has ${given.join(' and ')}`;
    refuse([], `a check has one of ${kinds.map((each) => `\`${each}\``).join(', ')}; this one ${has}`);
  }
  for (const [other, fields] of Object.entries(fieldsOf)) {
    if (other === kind) continue;
    for (const field of fields) {
      if (entry[field] !== undefined) refuse([field], `"${field}" is of a check with \`${other}\`. Remove it`);
    }
  }
  const { within, ...expected } = entry.expect ?? {};
  if (kind !== 'http') {
    for (const field of Object.keys(expected)) {
      refuse(['expect', field], `"${field}" is of a check with \`http\`. Remove it`);
    }
  }
  const everyMs = length(entry.every, { least: 10 * second, most: 1_440 * minute, fallback: minute }, [
    ...path,
    'every',
  ]);
  const withinMs = length(within, { least: 50, most: minute, fallback: 10 * second }, [...path, 'expect', 'within']);
  const fail = failOf(entry.fail, length, path);
  if (fail.count < 1 || fail.count > 20) {
    refuse(['fail'], `"fail" is "${entry.fail}". Write a number of failures from 1 to 20, or such as \`3 of 5m\``);
  }
  // An attempt that uses its whole time limit takes the place of those that were due meanwhile.
  const apartMs = (Math.floor(withinMs / everyMs) + 1) * everyMs;
  const leastMs = (fail.count - 1) * apartMs;
  if (fail.ofMs !== null && leastMs >= fail.ofMs) {
    const reason = `the attempts are up to ${formatDuration(apartMs)} apart, so ${fail.count} failures take ${formatDuration(leastMs)}`;
    refuse(
      ['fail'],
      `"fail" is "${entry.fail}", but ${reason}. Write a longer time, fewer failures or a shorter \`every\``,
    );
  }
  return {
    ...told,
    ...{ name: entry.name, everyMs, withinMs, fail },
    probe: probeOf(kind, entry, refuse),
  };
}

function failOf(written: CheckEntry['fail'], length: ReadLength, path: readonly (string | number)[]): Check['fail'] {
  if (typeof written !== 'string') return { count: written ?? 3, ofMs: null };
  const [count = '3', of = '5m'] = written.split(' of ');
  const limits = { least: 30 * second, most: 1_440 * minute, fallback: 5 * minute };
  return { count: Number(count), ofMs: length(of, limits, [...path, 'fail']) };
}

function probeOf(kind: Probe['kind'], entry: CheckEntry, refuse: Refuse): Probe {
  if (kind === 'http') return httpOf(entry, refuse);
  if (kind === 'dns') return dnsOf(entry, refuse);
  if (kind === 'docker') return { kind, container: entry.docker ?? '' };
  const { host, port } = hostAndPort(entry[kind] ?? '', kind === 'tls' ? 443 : null, kind, refuse);
  return kind === 'tcp' ? { kind, host, port } : { kind, host, port, days: entry.days ?? 14 };
}

function httpOf({ http = '', expect, ...entry }: CheckEntry, refuse: Refuse): HttpProbe {
  const url = URL.canParse(http) ? new URL(http) : null;
  if (url === null) refuse(['http'], `"http" is "${http}". Write an address such as https://example.com/health`);
  if (url?.username || url?.password) {
    refuse(['http'], '"http" has a user or a password. Write them as the header Authorization, see docs/watch.md');
  }
  if (url !== null) refuseHost(url.hostname, 'http', refuse);
  const headers = Object.entries(entry.headers ?? {}).map(([name, value]) => {
    const plain = secretOf(value, (reason) => refuse(['headers', name], reason));
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) refuse(['headers', name], `"${name}" is no name of a header`);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(plain))
      refuse(['headers', name], `the header "${name}" has characters that HTTP does not allow`);
    return [name, plain];
  });
  const { status = 200, text, json } = expect ?? {};
  const method = entry.method ?? 'GET';
  if (method === 'HEAD' && (text !== undefined || json !== undefined)) {
    refuse(['expect'], 'a response to HEAD has no body. Use GET, or remove `text` and `json`');
  }
  return {
    kind: 'http',
    url: url?.href ?? '',
    method,
    headers: Object.fromEntries(headers),
    body: entry.body ?? null,
    redirects: entry.redirects ?? 5,
    verify: entry.verify ?? true,
    family: entry.ip ?? null,
    status: [status].flat().map((each) => {
      if (typeof each === 'number') return { from: each, to: each };
      const from = Number(each[0]) * 100;
      return { from, to: from + 99 };
    }),
    text: text ?? null,
    json: json ?? {},
  };
}

function dnsOf({ dns = '', type = 'A', value, server }: CheckEntry, refuse: Refuse): DnsProbe {
  if (server !== undefined && !isServer(server)) {
    refuse(['server'], `"server" is "${server}". Write an IP address such as 1.1.1.1 or [2606:4700:4700::1111]:53`);
  }
  validHost(dns, 'dns', refuse);
  return { kind: 'dns', host: dns, type, values: value === undefined ? null : [value].flat(), server: server ?? null };
}

/** IPv6 with a port is in brackets. With port 0, `Resolver.setServers` of Node would end the process. */
function isServer(server: string): boolean {
  const [, inBrackets, plain, port = '53'] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(server) ?? [];
  const isPort = Number(port) > 0 && Number(port) < 65_536;
  return isPort && isIP(inBrackets ?? plain ?? server) !== 0;
}

function hostAndPort(
  written: string,
  usual: number | null,
  field: 'tcp' | 'tls',
  refuse: Refuse,
): { host: string; port: number } {
  const [, inBrackets, plain, digits] = /^(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?$/.exec(written) ?? [];
  const host = inBrackets ?? plain;
  const port = digits === undefined ? usual : Number(digits);
  if (host !== undefined && port !== null && port > 0 && port < 65_536) {
    refuseHost(host, field, refuse);
    return { host, port };
  }
  refuse(
    [field],
    `"${field}" is "${written}". Write HOST:PORT, such as example.com:${usual ?? 5432} or [2001:db8::1]:${usual ?? 5432}`,
  );
  return { host: host ?? '', port: port ?? 1 };
}

/** Refuses a host that is an address to which an attempt would not connect. What a name leads to is seen at the attempt. */
function refuseHost(written: string, field: 'http' | 'tcp' | 'tls', refuse: Refuse): void {
  const plain = written.replace(/^\[|\]$/g, '');
  const host = validHost(plain, field, refuse);
  if (host === null || isIP(host) === 0 || !isRefusedAddress(host)) return;
  const form = host === plain ? host : `${plain}, that is ${host}`;
  refuse(
    [field],
    `"${field}" leads to ${form}, a link-local or metadata address. Checks do not connect to it. Write another address`,
  );
}

/** Returns a host as it is looked up; null if it is refused. */
function validHost(written: string, field: Probe['kind'], refuse: Refuse): string | null {
  const host = canonicalHost(written);
  if (host === null) refuse([field], `"${field}" has the host "${written}", which is no valid name`);
  return host;
}
