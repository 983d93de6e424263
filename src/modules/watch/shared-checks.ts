import type { Clock } from '../../domain/clock.ts';
import { WrongState } from '../../domain/errors.ts';
import { within } from '../../lib/deadline.ts';
import { deferred } from '../../lib/pause.ts';
import type { NewsStore } from '../../ports/news-store.ts';
import type { RunningChecks } from './checks.ts';
import type { CheckStatus, Checks, Result } from './result.ts';

/** The state of a check, as the program that runs it tells the others. They have its definition from their own files. */
type Told = Pick<CheckStatus, 'state' | 'since'> & { last: Result };

const topics = { all: 'checks?', one: 'check', now: 'check now', made: 'check made' } as const;
/** An attempt is made a second time when the program was at fault. */
const mostAttempts = 2;
/** Names of removed checks are among them; past that, all come again with the next results. */
const mostTold = 10_000;
/** For the ways to the other program and back. Milliseconds. */
const wayMs = 5_000;

export interface SharedChecks extends Checks {
  /** Tells the other programs of the result that a check has now. */
  tell(name: string): void;
  /** Asks the other programs for what they know. */
  ask(): void;
}

export interface SharedChecksParts {
  checks: RunningChecks;
  news: NewsStore;
  clock: Pick<Clock, 'after'>;
  newId(): string;
}

/**
 * One of the programs on a store runs the checks. Through this, the others show what it knows, and ask it for attempts. After a
 * change of that program the last known results are shown until there are new ones.
 */
export function createSharedChecks({ checks, news, clock, newId }: SharedChecksParts): SharedChecks {
  const told = new Map<string, Told>();
  const asked = new Map<string, (result: Result) => void>();

  function newest(own: CheckStatus): CheckStatus {
    const other = told.get(own.check.name);
    if (other === undefined || (own.last?.at ?? 0) >= other.last.at) return own;
    return { ...own, ...other, nextAt: other.last.at + own.check.everyMs };
  }

  function tell(name: string): void {
    const status = checks.find(name);
    if (status === null || status.last === null) return;
    const { state, since, last } = status;
    news.tell(topics.one, { name, status: { state, since, last } satisfies Told });
  }

  news.onTold(topics.all, () => {
    for (const { check } of checks.running()) tell(check.name);
  });
  news.onTold(topics.one, (body) => {
    const { name, status } = body as { name: string; status: Told };
    if (told.size >= mostTold) told.clear();
    told.set(name, status);
  });
  news.onTold(topics.now, (body) => {
    const { id, name } = body as { id: string; name: string };
    if (!checks.running().some(({ check }) => check.name === name)) return;
    checks.runNow(name).then(
      (result) => news.tell(topics.made, { id, result }),
      // The other program waits until its deadline.
      () => {},
    );
  });
  news.onTold(topics.made, (body) => {
    const { id, result } = body as { id: string; result: Result };
    asked.get(id)?.(result);
  });

  async function runElsewhere(name: string, refusal: WrongState): Promise<Result> {
    const withinMs = checks.find(name)?.check.withinMs ?? 0;
    const id = newId();
    const made = deferred<Result>();
    asked.set(id, made.resolve);
    news.tell(topics.now, { id, name });
    const result = await within(clock, mostAttempts * withinMs + wayMs, made.promise);
    asked.delete(id);
    if (result === null) throw refusal;
    return result.value;
  }

  return {
    tell,
    ask: () => news.tell(topics.all, null),
    list: () => checks.list().map(newest),
    find(name) {
      const own = checks.find(name);
      return own === null ? null : newest(own);
    },
    runNow: (name) =>
      checks.runNow(name).catch((error) => {
        const isHere = checks.running().length > 0;
        // Without a word of another program there may be none.
        if (!(error instanceof WrongState) || isHere || told.size === 0) throw error;
        return runElsewhere(name, error);
      }),
  };
}
