/** The HTTP server: login, validation, errors, routes, pages, OpenAPI; and what routes of others are made with. */
export type { ExtraRoutes, Scope } from './api.ts';
export { createLogin } from './auth.ts';
export { setBodyParsers } from './body.ts';
export type { HttpDeps } from './deps.ts';
export { isCrossSite } from './same-site.ts';
export { createServer } from './server.ts';
export { type EventStream, limitReaders, openEventStream } from './sse.ts';
export { errorView } from './views.ts';
