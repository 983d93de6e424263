/** Clients of other services that commands use: xkcd, Giphy. */
export { createGiphy } from './giphy.ts';
export { createXkcd } from './xkcd.ts';
