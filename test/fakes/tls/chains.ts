import { type Certified, certify } from './certificate.ts';

/** What a server presents: `cert` is the leaf and then its intermediates, PEM. */
export interface Chain {
  key: string;
  cert: string;
}

export interface ChainOptions {
  /** DNS names and IP addresses; `localhost` and `127.0.0.1` by default. */
  names?: string[];
  /** Until the leaf ends; may be negative or a fraction. 90 by default. */
  days?: number;
  /** Days until the leaf begins; -1 by default. */
  startsIn?: number;
  /** Days until the intermediate ends; 365 by default. */
  intermediateDays?: number;
  /** The server leaves out the intermediate. */
  withoutIntermediate?: boolean;
  /** Adds the root as an older authority has signed it; days until that certificate ends. */
  crossSignedDays?: number;
  /** A leaf that signs itself, without an authority. */
  selfSigned?: boolean;
  /** An authority that no client knows. */
  otherAuthority?: boolean;
}

export interface Authority {
  /** The root, PEM: `ca` of a client. */
  ca: string;
  chain(options?: ChainOptions): Chain;
}

const day = 86_400_000;

/**
 * An authority of the test's own. `now` must be the real time where a client verifies: OpenSSL compares the validity with
 * the system's clock.
 */
export function createAuthority(now: () => number = Date.now, rootDays = 3_650): Authority {
  const root = (name: string) =>
    certify({ name, authority: true, issuer: null, validity: { from: now() - day, to: now() + rootDays * day } });
  const own = root('Test root');
  return {
    ca: own.certificate,
    chain(options = {}) {
      const { names = ['localhost', '127.0.0.1'], days = 90, startsIn = -1, intermediateDays = 365 } = options;
      const to = now() + days * day;
      // An expired leaf began before it ended.
      const validity = { from: Math.min(now() + startsIn * day, to - day), to };
      const leaf = (issuer: Certified | null) => certify({ name: names[0] ?? 'nobody', names, validity, issuer });
      if (options.selfSigned) {
        const { key, certificate } = leaf(null);
        return { key, cert: certificate };
      }
      const issuer = certify({
        name: 'Test intermediate',
        authority: true,
        issuer: options.otherAuthority ? root('Other root') : own,
        validity: {
          from: Math.min(now() - day, now() + (intermediateDays - 1) * day),
          to: now() + intermediateDays * day,
        },
      });
      const { key, certificate } = leaf(issuer);
      if (options.crossSignedDays !== undefined) {
        const end = now() + options.crossSignedDays * day;
        const crossSigned = certify({
          ...{ name: own.name, keys: own.keys, authority: true, issuer: root('Old root') },
          validity: { from: Math.min(now() - day, end - day), to: end },
        });
        return { key, cert: certificate + issuer.certificate + crossSigned.certificate };
      }
      return { key, cert: options.withoutIntermediate ? certificate : certificate + issuer.certificate };
    },
  };
}
