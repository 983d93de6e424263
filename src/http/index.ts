/** The HTTP server: login, validation, errors, routes, pages, OpenAPI; and the helpers for routes that other rooms add. */
export type { AllEvents, ExtraRoutes } from './api.ts';
export { requestIdOf } from './audit-trail.ts';
export { isForm, isJson, readJson, setBodyParsers } from './body.ts';
export { decodeBody } from './decode.ts';
export { escapeHtml, htmlPage, pageHeaders } from './pages-html.ts';
export { type RouteScope, scopeMissing } from './route-scopes.ts';
export { isCrossSite } from './same-site.ts';
export { createServer } from './server.ts';
export { type EventStream, limitReaders, openEventStream, type SharedStream } from './sse.ts';
export { errorView } from './views.ts';
