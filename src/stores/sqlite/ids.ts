import { randomInt, randomUUID } from 'node:crypto';

/**
 * Creates ids in the form of a version 4 UUID. The first 8 digits count up from a random start; the other 90 bits are
 * random. Ids that follow one another are neighbours in the store's indexes, so a commit of many writes few pages
 * instead of one page an id (a third of its time). And the first 8 digits, the trace, do not repeat.
 */
export function createIds(): () => string {
  let count = randomInt(2 ** 32);
  return function newId() {
    count = (count + 1) % 2 ** 32;
    return count.toString(16).padStart(8, '0') + randomUUID().slice(8);
  };
}
