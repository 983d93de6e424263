import type { Settings } from './index.ts';

/** The address at which people reach the program. */
export interface Address {
  /** PUBLIC_URL, else where the server listens, `http://127.0.0.1:8080`. */
  url(): string;
  /**
   * Returns the address of a message in the ledger. Null without PUBLIC_URL, for readers in Slack may be on another
   * machine; readers of the simulator are on this one.
   */
  ledgerUrl(id: string): string | null;
  /** Sets the address at which the server listens. */
  listensAt(url: string): void;
}

export function createAddress({ PUBLIC_URL }: Pick<Settings, 'PUBLIC_URL'>, isSimulator: boolean): Address {
  let listening = '';
  const url = () => PUBLIC_URL ?? listening;
  return {
    url,
    ledgerUrl(id) {
      const base = isSimulator || PUBLIC_URL !== undefined ? url() : '';
      return base === '' ? null : `${base}/ultronex/ledger?id=${id}`;
    },
    listensAt(where) {
      listening = where;
    },
  };
}
