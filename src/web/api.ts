/** The HTTP API as the pages use it. Same origin: the browser adds Basic auth by itself. */
const base = import.meta.env.BASE_URL;

export interface Part {
  name: string;
  state: 'ok' | 'degraded' | 'down';
  detail: string;
}
export interface Status {
  version: string;
  startedAt: string;
  simulator: boolean;
  parts: Part[];
  /** With the login only. */
  off?: OffFeature[];
}
/** A part that the settings leave out. */
export interface OffFeature {
  name: string;
  text: string;
  /** Lines of .env, or a command. */
  setting: string;
  /** Section of the guide. */
  guide: string;
}
export interface KnownName {
  id: string;
  kind: 'user' | 'channel';
  /** Without `@` or `#`. */
  name: string;
}
export interface FoundNames {
  names: KnownName[];
  /** Why there may be more. */
  problem: string | null;
}

export const deliveryStates = ['queued', 'sending', 'sent', 'failed', 'expired', 'withdrawn', 'merged'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export interface Delivery {
  id: string;
  state: DeliveryState;
  channel: string;
  text: string;
  /** What its attachments or blocks say; present when nothing of the text can be seen. */
  preview?: string;
  title: string | null;
  /** Its Block Kit, as it was given. */
  blocks: Record<string, unknown>[] | null;
  threadTs: string | null;
  /** Fields of chat.postMessage that were passed on. */
  slackFields: Record<string, unknown> | null;
  source: 'api' | 'forward' | 'command' | 'reply' | 'incident';
  trace: string;
  attempts: number;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  slack: { channel: string; ts: string; permalink: string | null } | null;
  error: string | null;
  warnings: string[];
  mergedInto: string | null;
  mergedCount: number;
  pending: 'update' | 'delete' | null;
  attachments: string[];
}
export interface DeliveryPage {
  messages: Delivery[];
  next: string | null;
}
export interface DeliveryQuery {
  state?: DeliveryState | '';
  channel?: string;
  q?: string;
  mergedInto?: string;
  cursor?: string;
  limit?: number;
}

export const levels = ['success', 'warning', 'danger'] as const;
export type Level = (typeof levels)[number];

export interface LiveEvent {
  id: number;
  /** Milliseconds since the epoch. */
  at: number;
  level: Level;
  what: 'sent' | 'retry' | 'failed' | 'expired' | 'merged' | 'withdrawn' | 'part';
  channel: string;
  text: string;
  deliveryId: string | null;
  trace: string | null;
}

export interface Subscription {
  id: string;
  pattern: string;
  user: string;
  channel: string | null;
  createdAt: string;
  /** Present: nothing is matched; the reason. */
  paused?: string;
  /** Present: the user's own messages are sent to them too. */
  includeOwn?: boolean;
}
/** [start, end) in UTF-16 units. */
export type Span = [start: number, end: number];

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
    throw new ApiError(
      response.status,
      answer?.reason ?? answer?.msg ?? `The server answered ${response.status}.`,
      answer?.field ?? null,
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
  subscribe: (subscription: { pattern: string; user: string; channel?: string; includeOwn?: boolean }) =>
    call<Subscription>('POST', 'track', subscription),
  testPattern: (pattern: string, sample: string) =>
    call<{ matches: boolean; spans: Span[]; warnings: string[] }>('POST', 'track/test', { pattern, sample }),
  /** Those of these ids, 100 at most, that have names. */
  names: (ids: string[]) => call<FoundNames>('GET', `names${query({ ids: ids.join(',') })}`).then((a) => a.names),
  /** Those whose name or id has this text in it. */
  findNames: (kind: KnownName['kind'], q: string) => call<FoundNames>('GET', `names${query({ kind, q })}`),
  unsubscribe: (id: string) => call<{ msg: string }>('DELETE', `track/${encodeURIComponent(id)}`),
};

/** The address of a page, file or event stream of the server. */
export const address = (path: string) => base + path;
/** What to show for anything that was thrown. */
export const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
