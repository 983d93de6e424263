import { isIP, isIPv4 } from 'node:net';

/** Returns what to write instead of a wrong value, as the end of a sentence; null for a right value. */
export type Check = (value: string) => string | null;

export function matching(pattern: RegExp, remedy: string): Check {
  return (value) => (pattern.test(value) ? null : remedy);
}

export const port: Check = (value) =>
  /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535
    ? null
    : 'write a whole number from 1 to 65535.';

export const flag = matching(/^(true|false)$/, 'write true or false.');

/** Docker's format of memory sizes. */
export const memory = matching(/^\d+[kmg]$/i, 'write a number with k, m or g, as in 256m.');

/** Compose puts the address before the port, so an IPv6 address needs brackets. */
export const address: Check = (value) =>
  isIPv4(value) || (/^\[.*\]$/.test(value) && isIP(value.slice(1, -1)) === 6)
    ? null
    : 'write an IPv4 address as in 127.0.0.1, or an IPv6 address in brackets.';

/** HAProxy writes the port behind it. */
export const machine: Check = (value) => (isIPv4(value) ? null : 'write an IPv4 address as in 10.0.1.2.');

/** For values that are stored as a line of a file; readers of such files trim the value. */
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

/** The address is a secret, so http:// is accepted only for a container of the same network (a name without a dot). */
export const webhook: Check = (value) => {
  const written = /^(https:\/\/[^\s/]+|http:\/\/[a-z0-9-]+(:\d+)?)(\/\S*)?$/i.test(value) && URL.canParse(value);
  // URL turns a host of digits into an IPv4 address, which has dots.
  const hostname = written ? new URL(value).hostname : '.';
  if (/^https:/i.test(value)) return written ? null : needsHttps;
  return hostname.includes('.') ? needsHttps : null;
};

export const httpsUrl = matching(/^https:\/\/[^\s/]+(\/\S*)?$/, 'write an address that begins with https://.');

/** The characters of keys of object storages. The file of keys has them without quotes. */
export const accessKey = matching(
  /^[\w+/=.~-]+$/,
  'write the key as the object storage printed it: letters, digits and + / = . ~ _ -.',
);

/** Names separated by commas or blanks. */
export function splitNames(value: string): string[] {
  return value.split(/[\s,]+/).filter((name) => name !== '');
}

/** Names for which a certificate with the HTTP-01 challenge can be issued. */
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
