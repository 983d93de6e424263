import { randomInt, randomUUID } from 'node:crypto';

/**
 * Makes ids of the form of a version 4 UUID whose first 8 digits count up from a random start; the other 90 bits are
 * random. Neighbours in time are then neighbours in the store's indexes, and a commit of many writes few pages
 * instead of one page an id (a third of its time); and the first 8 digits, the trace, do not repeat.
 */
export function createIds(): () => string {
  let count = randomInt(2 ** 32);
  return function newId() {
    count = (count + 1) % 2 ** 32;
    return count.toString(16).padStart(8, '0') + randomUUID().slice(8);
  };
}
