import { address } from '../../../web/api.ts';
import type { ItemAddresses } from '../../../web/lib/open-item.ts';

/** The addresses of the list of incidents and of each incident's page. */
export const incidentPlaces: ItemAddresses<number> = {
  list: 'incidents',
  of: (number) => `incidents/${number}`,
  read(path) {
    const [, digits] = /\/incidents\/(\d{1,15})\/?$/.exec(path) ?? [];
    return digits === undefined ? null : Number(digits);
  },
};

export const addressOf = (number: number) => address(incidentPlaces.of(number));
