import { type FakeReply, type FakeRequest, type FakeServer, jsonReply, startFakeServer } from '../http-server.ts';

/** A message as subscribers get it (docs.ntfy.sh/subscribe/api, "JSON message format"). */
export interface FakeNotification {
  topic: string;
  message: string;
  title?: string;
  priority: number;
  tags: string[];
  click?: string;
}

export interface FakeNtfy extends FakeServer {
  messages: FakeNotification[];
  /** The only valid access token; null: everybody may publish. */
  token: string | null;
  /** Number of further requests that get 429. */
  limited: number;
}

/** Default of `message-size-limit`, bytes. The body of a JSON message may have twice as many. */
const mostOfMessage = 4_096;

/** ntfy, as far as it takes messages as JSON: `POST /` (docs.ntfy.sh/publish, "Publish as JSON"). */
export async function startFakeNtfy(): Promise<FakeNtfy> {
  const server = await startFakeServer((request) => publish(fake, request));
  const fake: FakeNtfy = Object.assign(server, { messages: [], token: null, limited: 0 });
  return fake;
}

function publish(fake: FakeNtfy, { method, url, headers, body }: FakeRequest): FakeReply {
  if (method !== 'POST' || url.pathname !== '/') return failure(40401, 'page not found');
  if (fake.limited > 0) {
    fake.limited -= 1;
    return failure(42901, 'limit reached: too many requests, please be nice');
  }
  const [, token = null] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token !== null && token !== fake.token) return failure(40101, 'unauthorized');
  if (token !== fake.token) return failure(40301, 'forbidden');
  if (Buffer.byteLength(body) > 2 * mostOfMessage) return failure(41303, 'JSON body too large');
  const given = parse(body);
  if (given === null) return failure(40017, 'invalid request: request body must be message JSON');
  const { topic = '', message = '', title, priority = 3, tags = [], click, actions = [] } = given;
  if (!/^[-_A-Za-z0-9]{1,64}$/.test(topic)) return failure(40009, 'invalid request: topic invalid');
  if (!Number.isInteger(priority) || priority < 1 || priority > 5) return failure(40007, 'invalid priority parameter');
  if (actions.length > 3) return failure(40018, 'invalid request: actions invalid, only 3 actions allowed');
  // A longer message becomes an attachment, which a server without a cache for attachments refuses.
  if (Buffer.byteLength(message) > mostOfMessage) {
    return failure(41301, 'attachment too large, or bandwidth limit reached');
  }
  fake.messages.push({ topic, message, priority, tags, ...(title && { title }), ...(click && { click }) });
  return jsonReply({ id: `m${fake.messages.length}`, time: 0, event: 'message', topic, message });
}

function parse(body: string): Partial<FakeNotification & { actions: unknown[] }> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** The first three digits of ntfy's codes are the HTTP status. */
function failure(code: number, error: string): FakeReply {
  const http = Math.floor(code / 100);
  return jsonReply({ code, http, error }, http);
}
