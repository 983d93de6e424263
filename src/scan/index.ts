/** Fetches the files of accepted messages, and matches texts that would take too long in the event loop. */
export { createScanner } from './scanner.ts';
