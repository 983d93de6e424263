import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface FakeRegistry {
  /** `127.0.0.1:5000`, as it stands before an image's name. */
  host: string;
  /** Tags by repository, with the digest of each. */
  tags: Record<string, Record<string, string>>;
  /** Requests that came: `HEAD /v2/haproxy/manifests/3.2`. */
  asked: string[];
}

/** Speaks as much of the distribution API as a question for tags and digests needs: a token, pages of two tags, HEAD. */
export async function fakeRegistry(t: TestContext, tags: FakeRegistry['tags']): Promise<FakeRegistry> {
  const registry: FakeRegistry = { host: '', tags, asked: [] };
  const server = createServer((request, response) => answer(registry, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  registry.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return registry;
}

function answer({ host, tags, asked }: FakeRegistry, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', `http://${host}`);
  asked.push(`${request.method} ${url.pathname}`);
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  if (url.pathname === '/token') {
    const scope = url.searchParams.get('scope');
    return void json(scope?.startsWith('repository:') ? 200 : 400, {
      token: `for ${scope}`.replaceAll(' ', '-'),
      expires_in: 300,
    });
  }
  const [, name = '', kind, tag = ''] = /^\/v2\/(.+)\/(tags\/list|manifests)\/?(.*)$/.exec(url.pathname) ?? [];
  const scope = `repository:${name}:pull`;
  if (request.headers.authorization !== `Bearer for-${scope}`) {
    const challenge = `Bearer realm="http://${host}/token",service="fake",scope="${scope}"`;
    return void json(401, { errors: [{ code: 'UNAUTHORIZED' }] }, { 'WWW-Authenticate': challenge });
  }
  const known = tags[name];
  if (known === undefined) return void json(404, { errors: [{ code: 'NAME_UNKNOWN' }] });
  if (kind === 'manifests') {
    const digest = known[tag];
    if (digest === undefined) return void json(404, {});
    return void response.writeHead(200, { 'docker-content-digest': digest }).end();
  }
  const all = Object.keys(known).sort();
  const after = all.indexOf(url.searchParams.get('last') ?? '') + 1;
  const page = all.slice(after, after + 2);
  const more = after + 2 < all.length;
  const next = `</v2/${name}/tags/list?last=${page.at(-1)}&n=2>; rel="next"`;
  json(200, { name, tags: page }, more ? { Link: next } : {});
}
