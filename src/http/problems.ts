import type { FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders, problemPage } from './pages-html.ts';

/** The JSON of an error; only a 404 has a `quote`. */
export interface ErrorBody {
  msg: string;
  field?: string;
  reason?: string;
  quote?: string;
}

const titles: Record<number, string> = {
  400: 'This address cannot be read',
  401: 'This page needs the login',
  403: 'This is refused',
  404: 'You have entered an Abyss',
  405: 'This address does not take that',
  421: 'This server is not known by that name',
  429: 'Too many requests',
  500: 'Something went wrong',
  503: 'Back in a moment',
};
const login = [
  'Load the page again and enter the user name and the password.',
  'The user is `ultronex` unless `BASIC_AUTH_USERNAME` names another one. The password is the one in `BASIC_AUTH_PASSWORD`; without that setting one was generated, and stands in the file `password` of the folder `DATA_DIR` (`data/password`).',
];
/** Addresses that people try here, although another program or a setting has to serve them. */
const elsewhere: [prefix: RegExp, text: string][] = [
  [
    /^\/grafana(\/|$)/,
    'Grafana belongs to the stack, which runs it behind HAProxy; this program alone has no dashboards. `docker compose up -d` starts the stack: see The stack in the guide.',
  ],
  [
    /^\/slack(\/|$)/,
    'Slack’s events are taken here when `SLACK_SIGNING_SECRET` is set and `SLACK_APP_TOKEN` is not: see With Slack in the guide.',
  ],
];

/** Sends an error: as a page to a browser that opens an address, as JSON to all other clients. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, status: number, body: ErrorBody): void {
  reply.status(status);
  if (!wantsPage(request.headers.accept)) {
    reply.send(body);
    return;
  }
  const title = titles[status] ?? (status < 500 ? 'This request is not taken' : 'Something went wrong');
  const text = textOf(request.url, status, body);
  const page = problemPage({ status, title, text, quote: body.quote });
  reply.headers(pageHeaders).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
}

/** A browser that opens an address accepts text/html. A client that accepts JSON as well gets JSON. */
export function wantsPage(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true && !accept.includes('application/json');
}

function textOf(url: string, status: number, { msg, reason }: ErrorBody): string[] {
  if (status === 401) return login;
  if (status === 404 && msg === titles[404]) {
    const known = elsewhere.find(([prefix]) => prefix.test(url));
    return [known?.[1] ?? 'There is nothing at this address.'];
  }
  if (status === 503) return [msg, 'This page asks again every ten seconds. Messages that were accepted are kept.'];
  return reason === undefined ? [msg] : [msg, reason];
}
