import type { Answer, Body, Delivery, PatternTest, Problem, Query, Subscription } from '../api/index.ts';

/** The HTTP API as the pages use it. Same origin: the browser adds Basic auth by itself. */
const base = import.meta.env.BASE_URL;

export type Status = Answer<'/ultronex/status'>;
export type Part = Status['parts'][number];
/** A part that the settings leave out. */
export type OffFeature = NonNullable<Status['off']>[number];
export type FoundNames = Answer<'/ultronex/names'>;
export type KnownName = FoundNames['names'][number];

export type { Delivery, Subscription };
export type DeliveryState = Delivery['state'];
export type DeliveryPage = Answer<'/ultronex/messages'>;
/** `''` as state: every state. */
export type DeliveryQuery = Omit<NonNullable<Query<'/ultronex/messages'>>, 'state'> & { state?: DeliveryState | '' };

/** [start, end) in UTF-16 units. */
export type Span = PatternTest['spans'][number];

/** What the server answered instead of what was asked for; `message` is its `reason` or `msg`, meant for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly field: string | null;
  constructor(status: number, message: string, field: string | null = null) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

/** One JSON call. @throws ApiError for any answer that is not 2xx, with status 0 when there was no answer. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const raw = body instanceof Blob;
  const request: RequestInit = { method, headers: { accept: 'application/json' } };
  if (body !== undefined) {
    request.headers = {
      accept: 'application/json',
      'content-type': raw ? 'application/octet-stream' : 'application/json',
    };
    request.body = raw ? body : JSON.stringify(body);
  }
  const response = await fetch(base + path, request).catch(() => {
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

/** `{a: 1, b: ''}` → `?a=1`: empty values are left out. */
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
  /** Those of these ids, 100 at most, that have names. */
  names: (ids: string[]) => call<FoundNames>('GET', `names${query({ ids: ids.join(',') })}`).then((a) => a.names),
  /** Those whose name or id has this text in it. */
  findNames: (kind: KnownName['kind'], q: string) => call<FoundNames>('GET', `names${query({ kind, q })}`),
  unsubscribe: (id: string) =>
    call<Answer<'/ultronex/track/{id}', 'delete'>>('DELETE', `track/${encodeURIComponent(id)}`),
};

/** The address of a page, file or event stream of the server. */
export const address = (path: string) => base + path;
/** What to show for anything that was thrown. */
export const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
