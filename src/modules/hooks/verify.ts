import { createHmac } from 'node:crypto';
import { isSameSecret } from '../../lib/same-secret.ts';
import { SignatureWrong } from './errors.ts';
import type { Hook, Verification } from './hook.ts';

export interface SignedRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it came. */
  raw: Buffer;
  /** The last part of the address behind the hook's name; '' if there is none. */
  inAddress: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Signatures with a time may be this old, or this much ahead. Milliseconds. */
const toleranceMs = 5 * 60_000;

/** @throws SignatureWrong with the reason */
export function checkSignature({ name, verify }: Hook & { verify: Verification }, request: SignedRequest): void {
  const wrong = (reason: string) => new SignatureWrong(`Hook "${name}": ${reason}`);
  if (verify.kind === 'hmac') checkHmac(verify, request, wrong);
  else if (verify.kind === 'standard') checkStandard(verify.keys, request, wrong);
  else if (verify.kind === 'header') checkHeader(verify, request, wrong);
  else if (request.inAddress === '') {
    throw wrong(`the secret is missing at the end of the address: /ultronex/hooks/${name}/SECRET.`);
  } else if (!isSameSecret(request.inAddress, verify.secret))
    throw wrong('the secret at the end of the address is wrong.');
}

type Wrong = (reason: string) => SignatureWrong;

function checkHmac(verify: Verification & { kind: 'hmac' }, request: SignedRequest, wrong: Wrong): void {
  const { header, prefix, encoding, timestampHeader, secret } = verify;
  const given = textOf(request, header);
  if (given === null) throw wrong(`the header ${header} with the signature is missing.`);
  if (!given.startsWith(prefix)) throw wrong(`the header ${header} does not begin with "${prefix}".`);
  const hmac = createHmac('sha256', secret);
  if (timestampHeader !== null) hmac.update(`${timeOf(request, timestampHeader, wrong)}:`);
  const expected = hmac.update(request.raw).digest(encoding);
  const written = given.slice(prefix.length);
  // Hexadecimal digits have no case.
  if (!isSameSecret(encoding === 'hex' ? written.toLowerCase() : written, expected)) {
    throw wrong('the signature is wrong. Is the secret the same on both sides, and is the body signed as it is sent?');
  }
}

/** https://www.standardwebhooks.com: one of several signatures has to fit, so that a secret can be replaced. */
function checkStandard(keys: readonly Buffer[], request: SignedRequest, wrong: Wrong): void {
  const id = textOf(request, 'webhook-id');
  const signatures = textOf(request, 'webhook-signature');
  if (id === null || signatures === null) throw wrong('the header webhook-id or webhook-signature is missing.');
  const signed = `${id}.${timeOf(request, 'webhook-timestamp', wrong)}.`;
  const expected = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(signed).update(request.raw).digest('base64')}`,
  );
  const given = signatures.split(' ').slice(0, 20);
  if (!given.some((each) => expected.some((right) => isSameSecret(each, right)))) throw wrong('no signature is right.');
}

function checkHeader(verify: Verification & { kind: 'header' }, request: SignedRequest, wrong: Wrong): void {
  const { header, secret, bearer } = verify;
  const given = textOf(request, header);
  if (given === null) throw wrong(`the header ${header} with the secret is missing.`);
  const [, token] = bearer ? (/^bearer +(.*)$/i.exec(given) ?? []) : [given, given];
  if (token === undefined || !isSameSecret(token.trim(), secret))
    throw wrong(`the secret in the header ${header} is wrong.`);
}

/** Returns a time in seconds as it is written, when it is about now. */
function timeOf(request: SignedRequest, header: string, wrong: Wrong): string {
  const written = textOf(request, header);
  if (written === null || !/^\d{1,15}$/.test(written))
    throw wrong(`the header ${header} with the time is missing or wrong.`);
  if (Math.abs(request.now - Number(written) * 1_000) > toleranceMs) {
    throw wrong(`the signature is not of now, but of ${written}. Are both clocks right?`);
  }
  return written;
}

function textOf({ headers }: SignedRequest, name: string): string | null {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' ? value : null;
}
