import { address } from '../../../web/api.ts';
import type { ItemAddresses } from '../../../web/lib/open-item.ts';

/** The addresses of the page Jobs and of each run's page. */
export const jobPlaces: ItemAddresses<string> = {
  list: 'jobs',
  of: (id) => `jobs/${encodeURIComponent(id)}`,
  read(path) {
    const [, written] = /\/jobs\/([^/]+)\/?$/.exec(path) ?? [];
    return written === undefined ? null : decodeURIComponent(written);
  },
};

export const addressOf = (id: string) => address(jobPlaces.of(id));
