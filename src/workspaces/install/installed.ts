import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import type { Installation } from '../../domain/installation.ts';
import type { Tokens } from '../../domain/installation-tokens.ts';
import { NotOpened } from '../../domain/sealed.ts';
import type { Installed } from '../../ports/installations.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';

/** Installations in memory; the one that was not used for the longest time is dropped first. */
const mostKept = 2_000;
/** One in memory is read again after this time, in case the news of its change was lost. Milliseconds. */
const freshMs = 60_000;
/** Installations that are remembered as logged because no key opens their token. */
const mostLocked = 1_000;

/** `installed` is null for a workspace without an installation. */
interface Kept {
  installed: Installed | null;
  token: string | null;
  trouble: string | null;
  readAt: number;
}

export interface InstalledCache {
  find(team: string, enterprise: string | null): Promise<Installed | null>;
  /** Reads an installation again if it is in memory. Never rejects. */
  changed(team: string): Promise<void>;
  /** The trouble that the installation had when it was last read; undefined: it is not in memory. */
  troubleOf(team: string): string | null | undefined;
  readonly size: number;
}

interface Parts {
  store: Pick<WorkspaceStore, 'workspace'>;
  tokens: Pick<Tokens, 'bot'>;
  clock: Pick<Clock, 'monotonic'>;
  log: Pick<Logger, 'warn' | 'error'>;
}

export function createInstalledCache({ store, tokens, clock, log }: Parts): InstalledCache {
  const all = new Map<string, Kept>();
  const reading = new Map<string, Promise<Kept>>();
  /** Teams whose token does not open. Each was logged once. */
  const locked = new Set<string>();

  /** Moves it to the end of the map, whose beginning is dropped. */
  function keep(team: string, kept: Kept): void {
    all.delete(team);
    all.set(team, kept);
    const [oldest] = all.keys();
    if (all.size > mostKept && oldest !== undefined) all.delete(oldest);
  }

  /** Returns the bot token; null: no key opens it. */
  function open(row: Installation): string | null {
    const { team } = row;
    try {
      const token = tokens.bot(row);
      locked.delete(team);
      return token;
    } catch (error) {
      if (!(error instanceof NotOpened)) throw error;
      if (!locked.has(team) && locked.size < mostLocked) {
        locked.add(team);
        const reason = error.message;
        log.error({ team, reason }, 'nothing is sent to a workspace: its token does not open; its events are taken');
      }
      return null;
    }
  }

  async function read(team: string): Promise<Kept> {
    const row = await store.workspace(team);
    const fresh = {
      token: row === null ? null : open(row),
      trouble: row?.trouble ?? null,
      readAt: clock.monotonic(),
    };
    const known = all.get(team);
    // Whoever holds the object of an installation sees its new token.
    const isSame = known !== undefined && known.installed?.installedAt === row?.installedAt;
    // Another program encrypted it with a newer key. As a rule the token itself is the same.
    if (isSame) fresh.token ??= known.token;
    const kept = isSame ? Object.assign(known, fresh) : { installed: null as Installed | null, ...fresh };
    if (row !== null) kept.installed ??= toInstalled(row, () => kept.token);
    keep(team, kept);
    return kept;
  }

  /** One read at a time for a team. */
  function readOnce(team: string): Promise<Kept> {
    const under = reading.get(team);
    if (under !== undefined) return under;
    const started = read(team).finally(() => reading.delete(team));
    reading.set(team, started);
    return started;
  }

  async function load(team: string): Promise<Installed | null> {
    const known = all.get(team);
    if (known !== undefined && clock.monotonic() - known.readAt < freshMs) {
      keep(team, known);
      return known.installed;
    }
    try {
      return (await readOnce(team)).installed;
    } catch (error) {
      // Events and messages go on with the token of a minute ago while the store is away.
      if (known?.installed) return known.installed;
      throw error;
    }
  }

  return {
    async find(team, enterprise) {
      const own = await load(team);
      if (own !== null || enterprise === null || enterprise === team) return own;
      const org = await load(enterprise);
      return org?.isOrg === true ? org : null;
    },
    async changed(team) {
      const known = all.get(team);
      if (known === undefined) return;
      known.readAt = Number.NEGATIVE_INFINITY;
      await reading.get(team)?.catch(() => {});
      await readOnce(team).catch((error) => log.warn({ err: error, team }, 'a changed installation was not read'));
    },
    troubleOf: (team) => all.get(team)?.trouble,
    get size() {
      return all.size;
    },
  };
}

const toInstalled = (row: Installation, token: () => string | null): Installed => {
  const { team, name, enterprise, isOrg, botUser, botId, url, installedAt, namespace } = row;
  return { team, name, enterprise, isOrg, botUser, botId, url, installedAt, namespace, token };
};
