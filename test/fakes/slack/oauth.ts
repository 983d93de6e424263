import { needed, text } from './args.ts';
import { ApiError } from './errors.ts';
import type { Delivery, SendEventOptions } from './events.ts';
import type { Exchange } from './http.ts';
import { htmlReply, send } from './http.ts';
import type { MethodContext, Methods } from './methods/method.ts';
import { isOrg } from './teams.ts';
import type { FakeTeam, Json } from './types.ts';
import type { World } from './world.ts';

/** The app's credentials. Without them, any are taken. */
export interface OAuthApp {
  clientId: string;
  clientSecret: string;
}

/** How the person at the authorize page decides; every field goes back to its default when it was used. */
export interface Decision {
  /** Default: the first team; `E1`: for the whole organisation. */
  team?: string;
  /** Presses Cancel. */
  cancel?: boolean;
  /** Scopes that are not granted. */
  without?: readonly string[];
}

export interface OAuthControl {
  /** Makes a one-time code that oauth.v2.access turns into an installation of this team. */
  addCode(team?: string, code?: string): string;
  /** The decision of whoever opens the authorize page next. */
  decide(decision: Decision): void;
  /** Tokens of installations from now on end after this many seconds, and come with a refresh token. Null: they do not. */
  rotate(expiresInS: number | null): void;
  /** The app whose code oauth.v2.access takes next is this one. */
  answerAs(appId: string): void;
  /** Somebody removes the app from the workspace: its tokens end, and the app gets the two events. */
  uninstall(team: string): Promise<Delivery[]>;
}

interface Code {
  team: string;
  redirectUri: string | null;
  scopes: string[] | null;
}

/** Installing: /oauth/v2/authorize sends the browser straight back with a code (`&team=T2` picks the team). */
export function createOAuth(
  world: World,
  app: OAuthApp | undefined,
  sendEvent: (event: Json, options: SendEventOptions) => Promise<Delivery>,
) {
  const codes = new Map<string, Code>();
  /** Teams by their refresh tokens, each of which works once. */
  const refreshTokens = new Map<string, string>();
  let decision: Decision = {};
  let expiresInS: number | null = null;
  let answeringAs: string | null = null;

  function makeCode(code: Code, name = world.nextId('code-')): string {
    codes.set(name, code);
    return name;
  }

  const control: OAuthControl = {
    addCode: (team = world.team().id, code) => makeCode({ team, redirectUri: null, scopes: null }, code),
    decide(next) {
      decision = next;
    },
    rotate(seconds) {
      expiresInS = seconds;
    },
    answerAs(appId) {
      answeringAs = appId;
    },
    uninstall(id) {
      const team = world.team(id);
      team.tokenState = 'account_inactive';
      const revoked = { type: 'tokens_revoked', tokens: { oauth: [], bot: [team.botUserId] } };
      return Promise.all([revoked, { type: 'app_uninstalled' }].map((event) => sendEvent(event, { team: id })));
    },
  };

  function checkApp(args: Json): void {
    if (app === undefined) return;
    if (text(args, 'client_id') !== app.clientId) throw new ApiError('invalid_client_id');
    if (text(args, 'client_secret') !== app.clientSecret) throw new ApiError('bad_client_secret');
  }

  /** New tokens, where the app rotates them or the former one has ended. */
  function tokensOf(team: FakeTeam): Json {
    if (team.tokenState !== 'ok') {
      team.botToken = `xoxb-${world.nextId('again-')}`;
      team.tokenState = 'ok';
    }
    if (expiresInS === null) return { access_token: team.botToken };
    team.olderTokens.add(team.botToken);
    team.botToken = `xoxe.xoxb-${world.nextId('')}`;
    const refreshToken = `xoxe-1-${world.nextId('')}`;
    refreshTokens.set(refreshToken, team.id);
    return { access_token: team.botToken, refresh_token: refreshToken, expires_in: expiresInS };
  }

  function grant(team: FakeTeam): Json {
    const ofAll = isOrg(team);
    const named = { id: team.id, name: team.name };
    const appId = answeringAs ?? world.appId;
    answeringAs = null;
    return {
      app_id: appId,
      authed_user: { id: team.users[0]?.id },
      scope: team.scopes.join(','),
      token_type: 'bot',
      bot_user_id: team.botUserId,
      team: ofAll ? null : named,
      enterprise: ofAll ? named : null,
      is_enterprise_install: ofAll,
      ...tokensOf(team),
    };
  }

  function exchange(args: Json): Json {
    const name = needed(args, 'code', 'invalid_code');
    const code = codes.get(name);
    if (code === undefined) throw new ApiError('invalid_code');
    if (code.redirectUri !== null && text(args, 'redirect_uri') !== code.redirectUri) {
      throw new ApiError('bad_redirect_uri');
    }
    codes.delete(name);
    const team = world.team(code.team);
    if (code.scopes !== null) team.scopes = code.scopes;
    return grant(team);
  }

  function refresh(args: Json): Json {
    const token = needed(args, 'refresh_token', 'invalid_refresh_token');
    const team = refreshTokens.get(token);
    if (team === undefined) throw new ApiError('invalid_refresh_token');
    refreshTokens.delete(token);
    return grant(world.team(team));
  }

  const methods: Methods = {
    'oauth.v2.access': {
      auth: 'none',
      run({ args }) {
        checkApp(args);
        return text(args, 'grant_type') === 'refresh_token' ? refresh(args) : exchange(args);
      },
    },
    'apps.uninstall': {
      run({ team, args }: MethodContext) {
        checkApp(args);
        team.tokenState = 'account_inactive';
        return {};
      },
    },
    'auth.revoke': {
      run({ team }) {
        team.tokenState = 'token_revoked';
        return { revoked: true };
      },
    },
  };

  function authorize({ url, res }: Exchange): void {
    const query = url.searchParams;
    if (app !== undefined && query.get('client_id') !== app.clientId) {
      send(res, htmlReply('invalid_client_id', 400));
      return;
    }
    const { team = query.get('team') ?? world.team().id, cancel = false, without = [] } = decision;
    decision = {};
    const redirectUri = query.get('redirect_uri');
    const back = new URL(redirectUri ?? 'http://localhost/');
    const asked = query.get('scope')?.split(',') ?? null;
    const scopes = asked?.filter((scope) => !without.includes(scope)) ?? null;
    if (cancel) back.searchParams.set('error', 'access_denied');
    else back.searchParams.set('code', makeCode({ team, redirectUri, scopes }));
    back.searchParams.set('state', query.get('state') ?? '');
    send(res, { status: 302, headers: { location: back.href }, body: '' });
  }
  return { control, methods, authorize };
}
