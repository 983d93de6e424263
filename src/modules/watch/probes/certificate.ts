import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type DetailedPeerCertificate, rootCertificates, type TLSSocket } from 'node:tls';
import { shortened } from '../../../lib/shortened.ts';
import { Failed } from './run.ts';

const dayMs = 86_400_000;
/** A chain that is longer is cut. */
const longestChain = 10;

export interface ChainCertificate {
  /** Its common name, else its organisation. */
  name: string;
  beginsAt: number;
  endsAt: number;
}

/** The certificates that matter: the leaf, then its intermediates. Without the root, and without what stands above a root. */
export interface Chain {
  leaf: ChainCertificate;
  intermediates: ChainCertificate[];
}

export const daysLeft = ({ endsAt }: ChainCertificate, now: number) => Math.floor((endsAt - now) / dayMs);
export const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/**
 * Returns the chain that the server presents. A root that an older root has signed too ("cross-signed") counts as a root:
 * clients that trust it do not look further, so its end does no harm (louislam/uptime-kuma#3323).
 */
export function chainOf(socket: TLSSocket, ca: string | undefined): Chain {
  const found: DetailedPeerCertificate[] = [];
  let at: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && found.length < longestChain && !found.includes(at)) {
    found.push(at);
    at = at.issuerCertificate;
  }
  const [leaf, ...issuers] = found;
  if (leaf === undefined) throw new Failed('tls', 'The server presents no certificate.');
  const intermediates: ChainCertificate[] = [];
  for (const issuer of issuers) {
    if (isRoot(issuer, ca)) break;
    intermediates.push(summary(issuer));
  }
  return { leaf: summary(leaf), intermediates };
}

function summary({ subject, valid_from, valid_to }: DetailedPeerCertificate): ChainCertificate {
  const name = [subject?.CN, subject?.O].flat().find((each) => each !== undefined);
  return {
    name: shortened(name ?? 'without a name'),
    beginsAt: Date.parse(valid_from),
    endsAt: Date.parse(valid_to),
  };
}

let nodesRoots: ReadonlySet<string> | null = null;

function isRoot(certificate: DetailedPeerCertificate, ca: string | undefined): boolean {
  if (certificate.issuerCertificate === certificate) return true;
  if (ca !== undefined) return rootsOf([ca]).has(keyOf(new X509Certificate(certificate.raw)));
  // Parsed at most once: it takes some 20 ms.
  nodesRoots ??= rootsOf(rootCertificates);
  return nodesRoots.has(keyOf(new X509Certificate(certificate.raw)));
}

const rootsOf = (pems: readonly string[]) => new Set(pems.map((pem) => keyOf(new X509Certificate(pem))));
const keyOf = ({ subject, publicKey }: X509Certificate) =>
  `${subject} ${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;

/** Texts by OpenSSL's code of a chain that is not valid (X509_V_ERR_…). */
const reasons: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is signed by itself, not by an authority.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate is signed by an authority that is not trusted.',
  CERT_REVOKED: 'The certificate is revoked.',
  CERT_SIGNATURE_FAILURE: "The certificate's signature is not valid.",
  INVALID_PURPOSE: 'The certificate is not one for servers.',
};

/**
 * Returns normally when the chain is valid and is for the host.
 * @param now milliseconds since the epoch
 * @throws Failed
 */
export function verify(socket: TLSSocket, host: string, { leaf, intermediates }: Chain, now: number): void {
  if (leaf.endsAt <= now) throw new Failed('tls', `The certificate ended on ${dateOf(leaf.endsAt)}.`);
  if (leaf.beginsAt > now) throw new Failed('tls', `The certificate is not valid before ${dateOf(leaf.beginsAt)}.`);
  // An Error by its type, a code of OpenSSL in fact.
  const code = String((socket.authorizationError as unknown) ?? '');
  if (!socket.authorized && code !== '') {
    const ended = intermediates.find(({ endsAt }) => endsAt <= now);
    if (code === 'CERT_HAS_EXPIRED' && ended !== undefined) {
      throw new Failed('tls', `The intermediate certificate "${ended.name}" ended on ${dateOf(ended.endsAt)}.`);
    }
    if (/^UNABLE_TO_/.test(code)) {
      const last = intermediates.at(-1) ?? leaf;
      const text = `The issuer of "${last.name}" is not known: the server does not send its certificate, or it is no trusted authority.`;
      throw new Failed('tls', text);
    }
    throw new Failed('tls', reasons[code] ?? `The certificate is not valid (${shortened(code)}).`);
  }
  const certificate = socket.getPeerCertificate();
  if (checkServerIdentity(host, certificate) === undefined) return;
  const names = (certificate.subjectaltname ?? '')
    .split(', ')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '');
  const has = names.length === 0 ? leaf.name : names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  throw new Failed('tls', `The certificate is for ${shortened(has)}, not for ${host}.`);
}
