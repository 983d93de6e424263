import { address } from '../../../web/api.ts';
import type { ItemAddresses } from '../../../web/lib/open-item.ts';

/** The addresses of the page Watch and of each check's page. */
export const checkPlaces: ItemAddresses<string> = {
  list: 'watch',
  of: (name) => `checks/${encodeURIComponent(name)}`,
  read(path) {
    const [, written] = /\/checks\/([^/]+)\/?$/.exec(path) ?? [];
    return written === undefined ? null : decodeURIComponent(written);
  },
};

export const addressOf = (name: string) => address(checkPlaces.of(name));
