import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Clock } from '../../domain/clock.ts';
import { pause } from '../../lib/pause.ts';
import type { Pool } from './connections.ts';
import type { Bindable, Database, Transaction } from './database.ts';
import type { Outage } from './outage.ts';
import { createSession, createStatements, type Query, type Session, statementsOf } from './session.ts';
import { asStoreError, isConflict, isElsewhere, isLost, OutcomeUnknown } from './store-error.ts';

/** How often a transaction runs again because others got in its way. */
const mostConflicts = 5;
/** What became of a transaction is looked up for so long, such as until a standby has taken over. Milliseconds. */
const lookUpMs = 600_000;
const lookUpEveryMs = 200;
/** The same after the store was told to close. */
const closingMs = 3_000;

/**
 * The mark of a transaction, which is written in it, so that it can be found out whether it was committed when the answer to its
 * COMMIT got lost. Each attempt has the next number; the database refuses a number that is not above the stored
 * one.
 */
interface Mark {
  name: string;
  number: number;
}

/**
 * A number that is not above the stored one becomes null, which the column refuses. Programs of before call the function `mark` of the
 * schema for it.
 */
const writeMark = `INSERT INTO marks (name, number) VALUES ($1, $2) ON CONFLICT (name)
  DO UPDATE SET number = CASE WHEN marks.number < excluded.number THEN excluded.number END, at = clock_timestamp()`;

type Work<T> = (tx: Transaction) => Promise<T>;

export interface DatabaseParts {
  pool: Pool;
  clock: Pick<Clock, 'after' | 'monotonic'>;
  outage: Pick<Outage, 'failed' | 'worked'>;
}

/** Transactions on a pool of connections. */
export function createDatabase({ pool, clock, outage }: DatabaseParts): Database {
  const statement = createStatements();
  const owner = randomUUID();
  const freeMarks: Mark[] = [];
  let marks = 0;
  let closesAt = Number.POSITIVE_INFINITY;

  function newMark(): Mark {
    marks += 1;
    return { name: `${owner}:${marks}`, number: 0 };
  }

  async function transaction<T>(work: Work<T>): Promise<T> {
    const mark = freeMarks.pop() ?? newMark();
    /** What the work resolved with in attempts of which nobody knows whether they were committed. */
    const values = new Map<number, T>();
    try {
      for (let conflicts = 0; ; conflicts += 1) {
        try {
          return await attempt(mark, work, values);
        } catch (error) {
          if (values.size > 0) return await lookUp(mark, work, values);
          if (!isConflict(error) || conflicts >= mostConflicts) throw error;
        }
      }
    } catch (error) {
      throw asStoreError(error);
    } finally {
      freeMarks.push(mark);
    }
  }

  /** The answer to a COMMIT was lost. Resolves with the value of what was committed; if nothing was, the work runs again. */
  async function lookUp<T>(mark: Mark, work: Work<T>, values: Map<number, T>): Promise<T> {
    const until = clock.monotonic() + lookUpMs;
    for (;;) {
      await pause(clock, lookUpEveryMs);
      try {
        return await attempt(mark, work, values);
      } catch (error) {
        const isPassing = isLost(error) || isConflict(error) || asStoreError(error) !== error;
        if (!isPassing) throw error;
        if (!isConflict(error)) outage.failed(error);
        if (clock.monotonic() > Math.min(until, closesAt)) {
          throw new OutcomeUnknown('the outcome is unknown', { cause: error });
        }
      }
    }
  }

  /**
   * Runs the work in a transaction and commits it, unless an attempt in `values` was committed. When the answer to the COMMIT is
   * lost, it puts the value into `values` and throws.
   */
  async function attempt<T>(mark: Mark, work: Work<T>, values: Map<number, T>): Promise<T> {
    const client = await pool.connect();
    mark.number += 1;
    const { number } = mark;
    const session = createSession(client, statement);

    async function commit(value: T): Promise<T> {
      values.set(number, value);
      await session.commit();
      values.delete(number);
      client.release();
      outage.worked();
      return value;
    }

    try {
      void session.send({ text: 'BEGIN', values: [] });
      const isLookUp = values.size > 0;
      const committed = isLookUp ? await markAndRead(session, mark) : 0;
      // The commit waits until a standby has it, too.
      if (values.has(committed)) return await commit(values.get(committed) as T);
      const value = await work(session.tx);
      // A look-up is committed with its mark all the same: then an attempt before it, which the server still has, cannot be.
      if (session.isAbandoned() && !isLookUp) {
        await session.rollback();
        client.release();
        return value;
      }
      if (!isLookUp) void session.send(statement(writeMark, [mark.name, number]));
      return await commit(value);
    } catch (caught) {
      const error = session.causeOf(caught);
      if (isLost(error)) {
        pool.discard(client, error as Error);
      } else {
        values.delete(number);
        await rollBack(client, error);
      }
      throw error;
    }
  }

  async function rollBack(client: PoolClient, error: unknown): Promise<void> {
    if (isElsewhere(error)) return pool.discard(client, error as Error);
    try {
      await client.query('ROLLBACK');
      client.release();
    } catch (broken) {
      pool.discard(client, broken as Error);
    }
  }

  async function markAndRead({ tx }: Session, { name, number }: Mark): Promise<number> {
    const [row] = await tx.query<{ was: number }>('SELECT mark_after_loss($1, $2) AS was', [name, number]);
    return row?.was ?? 0;
  }

  /** Sends a statement that is a transaction by itself. Of a conflict nothing is left, so it is sent again. */
  async function sendAlone(query: Query) {
    for (let conflicts = 0; ; conflicts += 1) {
      const client = await pool.connect();
      try {
        const answer = await client.query(query);
        client.release();
        return answer;
      } catch (error) {
        if (isLost(error) || isElsewhere(error)) pool.discard(client, error as Error);
        else client.release();
        if (!isConflict(error) || conflicts >= mostConflicts) throw error;
      }
    }
  }

  const { query, run } = statementsOf(sendAlone, statement);
  const refuse = (error: unknown) => {
    throw asStoreError(error);
  };
  return {
    query: <R>(text: string, values?: readonly Bindable[]) => query<R>(text, values).catch(refuse),
    run: (text, values) => run(text, values).catch(refuse),
    transaction,
    closing() {
      closesAt = clock.monotonic() + closingMs;
    },
    close: () => pool.end(),
  };
}
