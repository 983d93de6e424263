/** Other services that commands ask: xkcd, Giphy. */
export { createGiphy } from './giphy.ts';
export { createXkcd } from './xkcd.ts';
