import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import Fastify, { type RouteOptions } from 'fastify';
import { openAllModules } from '../../scripts/docs/modules.ts';

describe('the routes of modules', () => {
  const scopes = new Map<string, unknown>();
  before(async () => {
    for (const { routes = [] } of await openAllModules()) {
      for (const { plugin, prefix, scope } of routes) {
        const app = Fastify();
        app.addHook('onRoute', ({ method, url, config }: RouteOptions) => {
          if (method !== 'HEAD') scopes.set(`${method} ${url}`, config?.scope ?? scope);
        });
        await app.register(plugin, { prefix });
        await app.close();
      }
    }
  });

  it('of containers that act on the machine declare the scope control, and no others do', () => {
    const acting = [...scopes.keys()].filter(
      (route) => route.includes('/containers/') && scopes.get(route) === 'control',
    );
    assert.deepEqual(acting.sort(), [
      'GET /ultronex/containers/:name/shell',
      'POST /ultronex/containers/:name/actions',
    ]);
  });

  it('with the scope read are GETs, and those with the scope hook are POSTs', () => {
    for (const [route, scope] of scopes) {
      if (scope === 'read') assert.match(route, /^GET /);
      if (String(scope).startsWith('hook')) assert.match(route, /^POST /);
    }
    assert.ok(scopes.size > 5, `${scopes.size}`);
  });
});
