import type { TlsProbe } from '../../../watch-files/index.ts';
import { type ChainCertificate, chainOf, dateOf, daysLeft, verify } from './certificate.ts';
import { connectSecure } from './connect.ts';
import { canonical } from './lookup.ts';
import type { Network } from './network.ts';
import { Failed, type Run } from './run.ts';

const dayMs = 86_400_000;

/** Makes a TLS handshake, verifies the chain and the name, and looks at the days left of each certificate. @throws Failed */
export async function probeTls({ host, port, days }: TlsProbe, { resolve, ca }: Network, run: Run): Promise<string> {
  const name = canonical(host);
  const addresses = await resolve(host, null, run);
  const socket = await connectSecure(addresses, port, { host: name, ca }, run);
  const chain = chainOf(socket, ca);
  const now = run.clock.now();
  verify(socket, name, chain, now);
  // One that has ended is of no use in a chain that is valid without it.
  const intermediates = chain.intermediates.filter(({ endsAt }) => endsAt > now).sort((a, b) => a.endsAt - b.endsAt);
  const endsSoon = ({ endsAt }: ChainCertificate) => endsAt - now < days * dayMs;
  const [soonest] = intermediates;
  if (endsSoon(chain.leaf)) throw warning('The certificate', chain.leaf, now);
  if (soonest !== undefined && endsSoon(soonest)) {
    throw warning(`The intermediate certificate "${soonest.name}"`, soonest, now);
  }
  const own = `ends in ${inDays(chain.leaf, now)}`;
  return soonest !== undefined && soonest.endsAt < chain.leaf.endsAt
    ? `${own}, its intermediate certificate "${soonest.name}" in ${inDays(soonest, now)}`
    : own;
}

const warning = (what: string, certificate: ChainCertificate, now: number) =>
  new Failed('tls', `${what} ends in ${inDays(certificate, now)}, on ${dateOf(certificate.endsAt)}.`, 'warning');

function inDays(certificate: ChainCertificate, now: number): string {
  const days = daysLeft(certificate, now);
  if (days < 1) return 'less than a day';
  return days === 1 ? '1 day' : `${days} days`;
}
