// Every module, a line each; the order has no meaning. All that the program knows of them is made from this list.
export { access } from './access/index.ts';
export { canary } from './canary/index.ts';
export { containers } from './containers/index.ts';
export { events } from './events/index.ts';
export { heroku } from './heroku/index.ts';
export { hooks } from './hooks/index.ts';
export { incidents } from './incidents/index.ts';
export { jobs } from './jobs/index.ts';
export { watch } from './watch/index.ts';
export { workspaces } from './workspaces/index.ts';
