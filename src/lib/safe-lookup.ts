import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP } from 'node:net';
import { isRefusedAddress } from './refused-address.ts';

/** A name or address leads where no configured address should: to the machine's metadata, or to a link-local address. */
export class AddressRefused extends Error {
  readonly code = 'ERR_ADDRESS_REFUSED';
}

type Done = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Node's look-up of a name, which refuses addresses as above. For the option `lookup` of a request: the address that was
 * checked is the one that is connected to. Node does not call it for a host that is an address itself.
 */
export function safeLookup(host: string, options: LookupOptions, done: Done): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, []);
    const bad = addresses.find(({ address }) => isRefusedAddress(address));
    if (bad !== undefined) return done(new AddressRefused(`${host} leads to ${bad.address}, which is not allowed`), []);
    if (options.all) return done(null, addresses);
    const [first] = addresses;
    done(null, first?.address ?? '', first?.family);
  });
}

/** @throws AddressRefused for a host that is an address to which nothing may be sent */
export function checkHost(hostname: string): void {
  const plain = hostname.replace(/^\[|\]$/g, '');
  if (isIP(plain) !== 0 && isRefusedAddress(plain)) throw new AddressRefused(`${plain} is not allowed`);
}

/** Makes both checks of a host without a connection. @throws AddressRefused, and the error of a look-up that fails */
export async function examineHost(hostname: string): Promise<void> {
  const plain = hostname.replace(/^\[|\]$/g, '');
  checkHost(plain);
  if (isIP(plain) !== 0) return;
  await new Promise<void>((resolve, reject) => {
    safeLookup(plain, {}, (error) => (error === null ? resolve() : reject(error)));
  });
}
