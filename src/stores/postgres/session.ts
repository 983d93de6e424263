import type { PoolClient } from 'pg';
import type { Bindable, Statements, Transaction } from './database.ts';

export type Query = { name?: string; text: string; values: Bindable[] };
export type Statement = (text: string, values: readonly Bindable[]) => Query;
type Send = (query: Query) => Promise<{ rows: unknown[]; rowCount: number | null; command: string }>;

/** Statements that are prepared once a connection; any further text is sent whole. */
const mostPrepared = 500;

/** Names the statements of the program, which are then prepared once a connection. */
export function createStatements(): Statement {
  const names = new Map<string, string>();
  return function statement(text, values) {
    let name = names.get(text);
    if (name === undefined && names.size < mostPrepared) {
      name = `u${names.size + 1}`;
      names.set(text, name);
    }
    return { ...(name !== undefined && { name }), text, values: values.map(clean) };
  };
}

export const statementsOf = (send: Send, statement: Statement): Statements => ({
  query: <R>(text: string, values: readonly Bindable[] = []) =>
    send(statement(text, values)).then(({ rows }) => rows as R[]),
  run: (text, values = []) => send(statement(text, values)).then(({ rowCount }) => rowCount ?? 0),
});

/** One transaction on a connection. */
export interface Session {
  tx: Transaction;
  send: Send;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  isAbandoned(): boolean;
  /** Returns the failure of the first statement that failed: all after it fail with 25P02. Without one, `caught`. */
  causeOf(caught: unknown): unknown;
}

export function createSession(client: PoolClient, statement: Statement): Session {
  const failures: unknown[] = [];
  let isAbandoned = false;

  const send: Send = (query) => {
    const answer = client.query(query);
    answer.catch((error) => failures.length === 0 && failures.push(error));
    return answer;
  };
  const { query, run } = statementsOf(send, statement);

  async function commit(): Promise<void> {
    let isReplicated = true;
    const onNotice = ({ code }: { code?: string }) => {
      if (code === locallyOnly) isReplicated = false;
    };
    client.on('notice', onNotice);
    try {
      const { command } = await client.query('COMMIT');
      if (failures.length > 0) throw failures[0];
      if (!isReplicated || command !== 'COMMIT') throw lost(`COMMIT was answered with ${command}`);
    } finally {
      client.off('notice', onNotice);
    }
  }

  return {
    send,
    commit,
    rollback: async () => void (await client.query('ROLLBACK')),
    isAbandoned: () => isAbandoned,
    causeOf: (caught) => (failures.length > 0 ? failures[0] : caught),
    tx: {
      query: <R>(text: string, values?: readonly Bindable[]) => unhandled(query<R>(text, values)),
      run: (text, values) => unhandled(run(text, values)),
      abandon() {
        isAbandoned = true;
      },
    },
  };
}

/** A caller may go on without waiting for a statement: `commit` throws its failure. */
function unhandled<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {});
  return answer;
}

/** The code of the warning when the wait for a standby was cancelled: the commit would be lost with this server. */
const locallyOnly = '01000';

/** As PostgreSQL calls a transaction whose outcome is unknown. */
const lost = (message: string): Error => Object.assign(new Error(message), { code: '08007' });

/** Returns a text without U+0000, which PostgreSQL cannot store: U+FFFD takes its place. */
export const withoutNul = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text);

function clean(value: Bindable): Bindable {
  if (typeof value === 'string') return withoutNul(value);
  return Array.isArray(value) ? value.map((each) => clean(each) as never) : value;
}
