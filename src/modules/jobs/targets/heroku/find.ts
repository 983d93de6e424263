import type { Clock } from '../../../../domain/clock.ts';
import { HerokuFailed, listOf, type OneOffDyno, textOf } from '../../../../heroku-api/index.ts';
import { pause } from '../../../../lib/pause.ts';
import type { HerokuApi } from './api.ts';
import type { Dynos } from './dynos.ts';

/** A lost dyno is looked for this long, with a pause between two looks. Milliseconds. */
const lookForMs = 30_000;
const betweenMs = 5_000;
/** Clocks differ, and Heroku’s times have no fractions of a second. Milliseconds. */
const earlierMs = 5_000;

export interface FindParts {
  api: HerokuApi;
  dynos: Dynos;
  clock: Pick<Clock, 'monotonic' | 'after'>;
}

export interface Wanted {
  app: string;
  command: string;
  /** When the dyno was asked for, milliseconds since the epoch. */
  startedAt: number;
}

type Take<T> = (dynos: readonly OneOffDyno[]) => Promise<T | null>;

/**
 * Looks for a dyno whose creation got no answer: of type `run`, with the command, created since then. `take` returns what to
 * return for a dyno, and null when all are somebody else’s. Resolves with null after 30 s, or when the app is gone. @throws HerokuFailed, ClientClosed
 */
export async function find<T>(parts: FindParts, wanted: Wanted, take: Take<T>): Promise<T | null> {
  try {
    return await look(parts, wanted, take);
  } catch (error) {
    if (error instanceof HerokuFailed && error.kind === 'gone') return null;
    throw error;
  }
}

async function look<T>({ api, dynos, clock }: FindParts, wanted: Wanted, take: Take<T>): Promise<T | null> {
  const until = clock.monotonic() + lookForMs;
  const commands = await commandsOf(api, wanted);
  for (;;) {
    const all = await dynos.list(wanted.app);
    const since = wanted.startedAt - earlierMs;
    const alike = all.filter(
      ({ type, command, createdAt }) => type === 'run' && commands.includes(command) && createdAt >= since,
    );
    const found = await take(alike.sort((a, b) => a.createdAt - b.createdAt));
    if (found !== null) return found;
    if (clock.monotonic() >= until) return null;
    await pause(clock, betweenMs, api.closed);
    api.closed.throwIfAborted();
  }
}

/** A command that is the name of a process type is shown as that type’s command of the Procfile. */
async function commandsOf(api: HerokuApi, { app, command }: Wanted): Promise<string[]> {
  if (!/^[\w-]{1,64}$/.test(command)) return [command];
  const formation = await api.get(`/apps/${encodeURIComponent(app)}/formation`);
  const ofTypes = listOf(formation, (fields) =>
    textOf(fields.type) === command && typeof fields.command === 'string' ? fields.command : null,
  );
  return [command, ...ofTypes];
}
