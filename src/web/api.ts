import type { Answer, Body, Delivery, PatternTest, Problem, Query, Subscription } from '../api/index.ts';

/** Base of the API's addresses. They have the same origin, so the browser adds the Basic auth header. */
const base = import.meta.env.BASE_URL;

export type Status = Answer<'/ultronex/status'>;
export type Part = Status['parts'][number];
/** A feature that is off. */
export type OffFeature = NonNullable<Status['off']>[number];
export type FoundNames = Answer<'/ultronex/names'>;
export type KnownName = FoundNames['names'][number];

export type { Delivery, Subscription };
export type DeliveryState = Delivery['state'];
export type DeliveryPage = Answer<'/ultronex/messages'>;
/** The state `''` stands for all states. */
export type DeliveryQuery = Omit<NonNullable<Query<'/ultronex/messages'>>, 'state'> & { state?: DeliveryState | '' };

/** [start, end) in UTF-16 units. */
export type Span = PatternTest['spans'][number];

/** An error of the server. `message` is its `reason` or `msg`, which are written for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly field: string | null;
  constructor(status: number, message: string, field: string | null = null) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

/**
 * Sends a request to the server. Its address is whole: a page whose own address has a login (`https://user:password@…`) may not fetch a
 * relative one.
 */
export const send = (path: string, request: RequestInit) => fetch(location.origin + base + path, request);

/** Calls the API; resolves with the JSON of the response. @throws ApiError unless the status is 2xx; status 0 without a response */
export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<T> {
  const raw = body instanceof Blob;
  const request: RequestInit = { method, headers: { accept: 'application/json', ...more } };
  if (body !== undefined) {
    request.headers = {
      ...request.headers,
      'content-type': raw ? 'application/octet-stream' : 'application/json',
    };
    request.body = raw ? body : JSON.stringify(body);
  }
  const response = await send(path, request).catch(() => {
    throw new ApiError(0, 'The server does not answer. Is it running?');
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    const problem = answer as Problem | null;
    throw new ApiError(
      response.status,
      problem?.reason ?? problem?.msg ?? `The server answered ${response.status}.`,
      problem?.field ?? null,
    );
  }
  return answer as T;
}

/** Returns a query string without empty values: `{a: 1, b: ''}` → `?a=1`. */
export function query(values: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text && `?${text}`;
}

const message = (id: string) => `messages/${encodeURIComponent(id)}`;

export const api = {
  status: () => call<Status>('GET', 'status'),
  deliveries: (filter: DeliveryQuery) => call<DeliveryPage>('GET', `messages${query(filter)}`),
  delivery: (id: string) => call<Delivery>('GET', message(id)),
  withdraw: (id: string, options: { merged?: true } = {}) =>
    call<Delivery>('DELETE', `${message(id)}${options.merged ? '?merged=true' : ''}`),
  edit: (id: string, text: string) => call<Delivery>('PATCH', message(id), { text }),
  retry: (id: string) => call<Delivery>('POST', `${message(id)}/retry`),
  subscriptions: () => call<{ subscriptions: Subscription[] }>('GET', 'track?view=list').then((a) => a.subscriptions),
  subscribe: (subscription: Body<'/ultronex/track', 'post'>) => call<Subscription>('POST', 'track', subscription),
  testPattern: (pattern: string, sample: string) => call<PatternTest>('POST', 'track/test', { pattern, sample }),
  /** Returns the names of up to 100 ids; unknown ids are left out. */
  names: (ids: string[]) => call<FoundNames>('GET', `names${query({ ids: ids.join(',') })}`).then((a) => a.names),
  /** Searches names and ids for a text. */
  findNames: (kind: KnownName['kind'], q: string) => call<FoundNames>('GET', `names${query({ kind, q })}`),
  unsubscribe: (id: string) =>
    call<Answer<'/ultronex/track/{id}', 'delete'>>('DELETE', `track/${encodeURIComponent(id)}`),
};

/** Returns the address of a page, file or event stream of the server. */
export const address = (path: string) => base + path;
/** Returns the message of a thrown value. */
export const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
