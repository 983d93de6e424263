import type { IncomingMessage, ServerResponse } from 'node:http';
import type { createApi } from './api.ts';
import type { createFileRoutes } from './file-routes.ts';
import type { Exchange } from './http.ts';
import { jsonReply, readExchange, send } from './http.ts';
import type { createResponses } from './responses.ts';

interface RouteParts {
  api: ReturnType<typeof createApi>;
  files: ReturnType<typeof createFileRoutes>;
  responses: ReturnType<typeof createResponses>;
  authorize: (exchange: Exchange) => void;
  control: ((exchange: Exchange, name: string) => Promise<void>) | undefined;
}

/** Which part answers which path. */
export function createRoutes({ api, files, responses, authorize, control }: RouteParts) {
  async function route(exchange: Exchange): Promise<void> {
    const { pathname } = exchange.url;
    const [, first, second = '', third] = pathname.split('/');
    if (first === 'api') return api(exchange, second);
    if (first === 'upload') return files.upload(exchange, third ?? '');
    if (first === 'files-pri') return files.download(exchange, second);
    if (first === 'response') return responses.handle(exchange, second);
    if (pathname === '/oauth/v2/authorize') return authorize(exchange);
    if (first === '_ctl' && control) return control(exchange, second);
    send(exchange.res, jsonReply({ ok: false, error: 'not_found' }, 404));
  }

  return (req: IncomingMessage, res: ServerResponse): void => {
    readExchange(req, res)
      .then(route)
      .catch((error: Error) => send(res, jsonReply({ ok: false, error: 'fatal_error', detail: error.message }, 500)));
  };
}
