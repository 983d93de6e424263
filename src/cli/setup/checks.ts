import { isIP, isIPv4 } from 'node:net';

/** What is wrong with a value and what to write instead, as the end of a sentence; null: nothing. */
export type Check = (value: string) => string | null;

export function matching(pattern: RegExp, remedy: string): Check {
  return (value) => (pattern.test(value) ? null : remedy);
}

export const port: Check = (value) =>
  /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535
    ? null
    : 'write a whole number from 1 to 65535.';

export const flag = matching(/^(true|false)$/, 'write true or false.');

/** Docker's own way to write memory. */
export const memory = matching(/^\d+[kmg]$/i, 'write a number with k, m or g, as in 256m.');

/** Compose puts it before the port, where an IPv6 address needs its brackets. */
export const address: Check = (value) =>
  isIPv4(value) || (/^\[.*\]$/.test(value) && isIP(value.slice(1, -1)) === 6)
    ? null
    : 'write an IPv4 address as in 127.0.0.1, or an IPv6 address in brackets.';

/** Files hold it on one line, and whoever reads them cuts blanks off its ends. */
export const oneLine: Check = (value) => {
  if (/\p{Cc}/u.test(value)) return 'it holds a line break or another control character; take that out.';
  return value.trim() === value ? null : 'it begins or ends with a blank; take that out.';
};

export const password: Check = (value) => {
  if (value.length < 8) return 'at least 8 characters are needed.';
  if (value.length > 200) return 'at most 200 characters can be used.';
  return oneLine(value);
};

const needsHttps = 'write an address that begins with https://.';

/** The address is a secret. Without encryption only inside: a name without a dot is a container of the same network. */
export const webhook: Check = (value) => {
  const written = /^(https:\/\/[^\s/]+|http:\/\/[a-z0-9-]+(:\d+)?)(\/\S*)?$/i.test(value) && URL.canParse(value);
  // Digits alone are an IPv4 address for every client.
  const hostname = written ? new URL(value).hostname : '.';
  if (/^https:/i.test(value)) return written ? null : needsHttps;
  return hostname.includes('.') ? needsHttps : null;
};

export const httpsUrl = matching(/^https:\/\/[^\s/]+(\/\S*)?$/, 'write an address that begins with https://.');

/** Names separated by commas or blanks. */
export function splitNames(value: string): string[] {
  return value.split(/[\s,]+/).filter((name) => name !== '');
}

/** What a certificate of the usual kind can be had for. */
export const hostNames: Check = (value) => {
  const wrong = splitNames(value).find((name) => !isHostName(name));
  if (wrong === undefined) return null;
  if (/[/:]/.test(wrong)) return `"${wrong}" is more than a name; write it without https://, port and path.`;
  if (wrong.startsWith('*')) return `"${wrong}" needs a way to prove it that is not built in; list each name.`;
  return `"${wrong}" is no public DNS name; write for example bot.example.com, or nothing for a trial on localhost.`;
};

function isHostName(name: string): boolean {
  const labels = name.split('.');
  const [last = ''] = labels.slice(-1);
  return (
    name.length <= 253 &&
    labels.length >= 2 &&
    !/^\d+$/.test(last) &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))
  );
}
