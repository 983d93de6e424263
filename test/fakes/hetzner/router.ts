import { ApiError } from './errors.ts';
import type { Answer } from './http.ts';
import type { Fields } from './input.ts';

export interface ApiRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  fields: Fields;
}

export type Handler = (request: ApiRequest) => Answer;

/** `GET /servers/{id}` → what answers it. */
export type Routes = Record<string, Handler>;

export interface Found {
  route: string;
  handler: Handler;
  params: Record<string, string>;
}

/** Paths without parameters win over those with; an `{id}` is a number, other parameters are any one segment. */
export function createRouter(routes: Routes) {
  const entries = Object.entries(routes).map(([line, handler]) => {
    const [method = '', route = ''] = line.split(' ');
    const names = [...route.matchAll(/\{(\w+)\}/g)].map((found) => found[1] as string);
    const pattern = route.replace(/\{(\w+)\}/g, (_, name: string) =>
      /^(action_)?id$/.test(name) ? '(\\d+)' : '([^/]+)',
    );
    return { method, route, handler, names, pattern: new RegExp(`^${pattern}$`) };
  });
  entries.sort((a, b) => a.names.length - b.names.length);

  return {
    find(method: string, path: string): Found {
      const onPath = entries.filter(({ pattern }) => pattern.test(path));
      const found = onPath.find((entry) => entry.method === method);
      if (!found) {
        if (onPath.length > 0) throw new ApiError('method_not_allowed', `${method} is not for ${path}`, 405);
        throw new ApiError('not_found', `${path} is not a route of this fake`, 404);
      }
      const values = found.pattern.exec(path)?.slice(1) ?? [];
      const params = Object.fromEntries(found.names.map((name, at) => [name, decodeURIComponent(values[at] ?? '')]));
      return { route: found.route, handler: found.handler, params };
    },
  };
}
