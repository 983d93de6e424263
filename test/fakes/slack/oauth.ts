import { needed } from './args.ts';
import { ApiError } from './errors.ts';
import type { Exchange } from './http.ts';
import { send } from './http.ts';
import type { Methods } from './methods/method.ts';
import type { World } from './world.ts';

export interface OAuthControl {
  /** Makes a one-time code that oauth.v2.access turns into an installation of this team. */
  addCode(team?: string, code?: string): string;
}

/** Installing: /oauth/v2/authorize sends the browser straight back with a code (`&team=T2` picks the team). */
export function createOAuth(world: World) {
  const codes = new Map<string, string>();
  const control: OAuthControl = {
    addCode(team = world.team().id, code = world.nextId('code-')) {
      codes.set(code, team);
      return code;
    },
  };
  const methods: Methods = {
    'oauth.v2.access': {
      auth: 'none',
      run({ args }) {
        const code = needed(args, 'code', 'invalid_code');
        const teamId = codes.get(code);
        if (teamId === undefined) throw new ApiError('invalid_code');
        codes.delete(code);
        const team = world.team(teamId);
        return {
          app_id: world.appId,
          authed_user: { id: team.users[0]?.id },
          scope: team.scopes.join(','),
          token_type: 'bot',
          access_token: team.botToken,
          bot_user_id: team.botUserId,
          team: { id: team.id, name: team.name },
          enterprise: null,
          is_enterprise_install: false,
        };
      },
    },
  };
  function authorize({ url, res }: Exchange): void {
    const back = new URL(url.searchParams.get('redirect_uri') ?? 'http://localhost/');
    back.searchParams.set('code', control.addCode(url.searchParams.get('team') ?? undefined));
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    send(res, { status: 302, headers: { location: back.href }, body: '' });
  }
  return { control, methods, authorize };
}
