import { type FakeReply, type FakeRequest, type FakeServer, jsonReply, startFakeServer } from '../http-server.ts';

export interface FakeAnnotation {
  id: number;
  /** Milliseconds since the epoch. */
  time: number;
  timeEnd: number;
  tags: string[];
  text: string;
}

export interface FakeGrafana extends FakeServer {
  annotations: FakeAnnotation[];
  /** Tokens of service accounts by their role. At first there is `test-token` of an Editor. */
  tokens: Map<string, 'Viewer' | 'Editor'>;
}

/** Grafana's API for annotations of the organization (grafana.com/docs/grafana/latest/developers/http_api/annotations). */
export async function startFakeGrafana(): Promise<FakeGrafana> {
  const annotations: FakeAnnotation[] = [];
  const tokens: FakeGrafana['tokens'] = new Map([['test-token', 'Editor']]);

  function handle({ method, url, headers, body }: FakeRequest): FakeReply {
    const [, token = ''] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
    const role = tokens.get(token);
    if (role === undefined) return jsonReply({ message: 'Invalid API key', messageId: 'api-key.invalid' }, 401);
    if (url.pathname !== '/api/annotations') return jsonReply({ message: 'Not found' }, 404);
    if (method === 'GET') return jsonReply(find(url.searchParams));
    if (method !== 'POST') return jsonReply({ message: 'Not found' }, 404);
    if (role === 'Viewer') return jsonReply({ message: 'You’ll need additional permissions', accessErrorId: 'x' }, 403);
    return add(body);
  }

  function find(query: URLSearchParams): FakeAnnotation[] {
    const [from, to] = [Number(query.get('from') ?? 0), Number(query.get('to') ?? Number.MAX_SAFE_INTEGER)];
    const wanted = query.getAll('tags');
    const found = annotations.filter(
      ({ time, timeEnd, tags }) => time <= to && timeEnd >= from && wanted.every((tag) => tags.includes(tag)),
    );
    return found.toReversed().slice(0, Number(query.get('limit') ?? 100));
  }

  function add(body: string): FakeReply {
    let given: Partial<FakeAnnotation>;
    try {
      given = JSON.parse(body) as Partial<FakeAnnotation>;
    } catch {
      return jsonReply({ message: 'bad request data' }, 400);
    }
    const { time = Date.now(), tags = [], text = '' } = given;
    if (text === '') return jsonReply({ message: 'Failed to save annotation' }, 400);
    const annotation = { id: annotations.length + 1, time, timeEnd: given.timeEnd ?? time, tags, text };
    annotations.push(annotation);
    return jsonReply({ message: 'Annotation added', id: annotation.id });
  }

  const server = await startFakeServer(handle);
  return Object.assign(server, { annotations, tokens });
}
