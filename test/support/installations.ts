import type { Installation } from '../../src/domain/installation.ts';
import { createTokens } from '../../src/domain/installation-tokens.ts';

export const clientId = '123.456';
export const clientSecret = 'shh-client-secret';

/** A key of TOKEN_KEYS. */
export const sealKey = (name: string, byte = Number(name.slice(1))): string =>
  `${name}:${Buffer.alloc(32, byte).toString('base64')}`;

/** An installation whose tokens are sealed with the first of these keys. */
export function installationOf(
  more: Partial<Installation> = {},
  { keys = sealKey('k1'), botToken = 'xoxb-1', refreshToken = null as string | null } = {},
): Installation {
  const team = more.team ?? 'T2';
  return {
    ...{ team, name: `Team ${team}`, enterprise: null, isOrg: false, botUser: `UBOT${team}`, botId: `BBOT${team}` },
    ...{
      url: `https://${team.toLowerCase()}.slack.com/`,
      scopes: ['chat:write'],
      installedBy: 'U1',
      installedAt: 1_000,
    },
    ...({ origin: 'install', namespace: '' } as const),
    ...{ tokenExpiresAt: null, trouble: null, ...createTokens(keys).seal(team, { botToken, refreshToken }), ...more },
  };
}
