// Every module, a line each; the order has no meaning. All that the program knows of them is made from this list.
export { containers } from './containers/index.ts';
export { incidents } from './incidents/index.ts';
