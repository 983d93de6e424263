import type { Installation } from './installation.ts';
import { createSeal, readSealKeys } from './sealed.ts';

/** Tokens in the clear. */
interface Given {
  botToken: string;
  refreshToken: string | null;
}
type Sealed = Pick<Installation, 'botToken' | 'refreshToken'>;

/** Seals and opens the tokens of installations. */
export interface Tokens {
  seal(team: string, given: Given): Sealed;
  /** @throws NotOpened */
  bot(installation: Installation): string;
  /** @throws NotOpened */
  open(installation: Installation): Given;
  /** The name of the newest key. */
  newest: string;
  /** Whether both are sealed with a key of the newest one's name. */
  isNewest(sealed: Sealed): boolean;
}

/** @param keys TOKEN_KEYS, checked */
export function createTokens(keys: string): Tokens {
  const read = readSealKeys(keys);
  if (typeof read === 'string') throw new Error(read);
  const { seal, open, newest, isNewest } = createSeal(read);
  const botOf = (team: string) => `${team}/bot token`;
  const refreshOf = (team: string) => `${team}/refresh token`;
  const bot = ({ team, botToken }: Installation) => open(botToken, botOf(team));
  return {
    seal: (team, { botToken, refreshToken }) => ({
      botToken: seal(botToken, botOf(team)),
      refreshToken: refreshToken === null ? null : seal(refreshToken, refreshOf(team)),
    }),
    bot,
    open(installation) {
      const { team, refreshToken } = installation;
      return {
        botToken: bot(installation),
        refreshToken: refreshToken === null ? null : open(refreshToken, refreshOf(team)),
      };
    },
    newest,
    isNewest: ({ botToken, refreshToken }) => isNewest(botToken) && (refreshToken === null || isNewest(refreshToken)),
  };
}
