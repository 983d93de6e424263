import { needed, text } from './args.ts';
import { ApiError } from './errors.ts';
import type { Exchange } from './http.ts';
import { bearerToken, jsonReply, readArgs } from './http.ts';
import type { createLimiter } from './limits.ts';
import type { Method, Methods } from './methods/method.ts';
import type { Serving } from './serve.ts';
import { isOrg } from './teams.ts';
import type { FakeTeam, Json } from './types.ts';
import type { World } from './world.ts';

interface ApiParts {
  world: World;
  methods: Methods;
  limiter: ReturnType<typeof createLimiter>;
  serve: (exchange: Exchange, serving: Serving) => Promise<void>;
}

/** POST /api/METHOD: token, scope, limit, work; in that order, as Slack does. */
export function createApi({ world, methods, limiter, serve }: ApiParts) {
  return async function api(exchange: Exchange, name: string): Promise<void> {
    const { token: bodyToken, ...args } = await readArgs(exchange);
    const token = bearerToken(exchange.req) ?? text({ bodyToken }, 'bodyToken');
    const team = world.teams.find((one) => one.botToken === token || one.olderTokens.has(token ?? ''));
    const work = () => {
      const method = methods[name];
      if (!method) throw new ApiError('unknown_method', { req_method: name });
      const allowed = authorise(world, method, token, team, args);
      if (name === 'chat.postMessage') limiter(`${allowed.id} ${channelKey(allowed, args)}`);
      const result = method.run({ world, team: allowed, args, baseUrl: exchange.baseUrl });
      return jsonReply({ ok: true, ...result }, 200, team ? { 'x-oauth-scopes': team.scopes.join(',') } : {});
    };
    await serve(exchange, { method: name, token, team, args, work });
  };
}

function authorise(
  world: World,
  method: Method,
  token: string | undefined,
  team: FakeTeam | undefined,
  args: Json,
): FakeTeam {
  if (method.auth === 'none') return world.team();
  if (token === undefined) throw new ApiError('not_authed');
  const isAppToken = token === world.appToken;
  if (method.auth === 'app') {
    if (team) throw new ApiError('not_allowed_token_type');
    if (!isAppToken) throw new ApiError('invalid_auth');
    if (world.appTokenState !== 'ok') throw new ApiError(world.appTokenState);
    return world.team();
  }
  if (isAppToken) throw new ApiError('not_allowed_token_type');
  if (!team) throw new ApiError('invalid_auth');
  if (team.tokenState !== 'ok') throw new ApiError(team.tokenState);
  const { scopes } = method;
  if (scopes && !scopes.some((scope) => team.scopes.includes(scope))) {
    throw new ApiError('missing_scope', { needed: scopes.join(','), provided: team.scopes.join(',') });
  }
  if (method.ofWorkspace && isOrg(team)) {
    const workspace = needed(args, 'team_id', 'missing_argument');
    if (!team.workspaces.includes(workspace)) throw new ApiError('team_access_not_granted');
  }
  return team;
}

/** `C1`, `general` and `#general` share one limit; so do a user and the direct message with them. */
function channelKey(team: FakeTeam, args: Json): string {
  const given = (text(args, 'channel') ?? '').replace(/^#/, '');
  if (team.users.some((user) => user.id === given)) return `D${given}`;
  return team.channels.find((channel) => channel.name === given)?.id ?? given;
}
