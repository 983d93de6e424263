import { WrongState } from '../../domain/errors.ts';
import { type HistoryEntry, type Incident, isOpenIncident } from '../../domain/incident.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { IncidentChange, IncidentStore } from '../../ports/incident-store.ts';
import {
  entryValues,
  fromIncidentRow,
  type HistoryRow,
  type IncidentRow,
  keptEntries,
  toEntry,
} from '../common/incident-rows.ts';
import { numberOf } from '../common/paging.ts';
import type { Database, Statements } from './database.ts';

const select = 'SELECT number, team, revision, value FROM incidents';

/** Incidents, found by number, by key and by card. */
export function createIncidents(db: Database) {
  async function add(tx: Statements, number: number, entries: readonly HistoryEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const [row] = await tx.query<{ seq: number }>(
      'SELECT coalesce(max(seq), 0) AS seq FROM incident_history WHERE incident = $1',
      [number],
    );
    const first = (row?.seq ?? 0) + 1;
    const rows = entries.map(entryValues);
    void tx.run(
      `INSERT INTO incident_history (incident, seq, at, kind, actor_kind, actor, text)
       SELECT $1, $2 + n - 1, at, kind, actor_kind, actor, text
       FROM unnest($3::float8[], $4::text[], $5::text[], $6::text[], $7::text[])
         WITH ORDINALITY u (at, kind, actor_kind, actor, text, n)`,
      [
        ...[number, first, rows.map(([at]) => at), rows.map(([, kind]) => kind)],
        ...[rows.map(([, , kind]) => kind), rows.map(([, , , name]) => name), rows.map(([, , , , text]) => text)],
      ],
    );
    const last = first + rows.length - 1;
    if (last > keptEntries.first + keptEntries.last) {
      void tx.run('DELETE FROM incident_history WHERE incident = $1 AND seq > $2 AND seq <= $3', [
        ...[number, keptEntries.first, last - keptEntries.last],
      ]);
    }
  }

  async function one(where: string, values: (string | number)[]): Promise<Incident | null> {
    const [row] = await db.query<IncidentRow>(`${select} WHERE ${where}`, values);
    return row === undefined ? null : fromIncidentRow(row);
  }

  const reads: Omit<IncidentStore, 'onIncident'> = {
    latestIncident: (team, key) => one('team = $1 AND key = $2 ORDER BY number DESC LIMIT 1', [team, sha256(key)]),
    incident: (team, number) => one('number = $1 AND team = $2', [number, team]),
    incidentOfCard: (delivery) => one('card = $1', [delivery]),
    async nextIncidentNumber() {
      const [row] = await db.query<{ number: number }>('SELECT coalesce(max(number), 0) + 1 AS number FROM incidents');
      return row?.number ?? 1;
    },
    async unfinishedIncidents(after, limit) {
      const rows = await db.query<IncidentRow>(`${select} WHERE unfinished AND number > $1 ORDER BY number LIMIT $2`, [
        after,
        limit,
      ]);
      return rows.map(fromIncidentRow);
    },
    async incidentHistory(number) {
      const rows = await db.query<HistoryRow>(
        'SELECT at, kind, actor_kind, actor, text FROM incident_history WHERE incident = $1 ORDER BY seq',
        [number],
      );
      return rows.map(toEntry);
    },
    async incidents({ team, open, search = '', key }, cursor, limit) {
      const rows = await db.query<IncidentRow>(
        `${select} WHERE number < $1 AND team = $2 AND ($3::boolean IS NULL OR open = $3)
           AND strpos(lower(title), lower($4)) > 0 ${key === undefined ? 'AND $5::text IS NULL' : 'AND key = $5'}
         ORDER BY number DESC LIMIT $6`,
        [numberOf(cursor), team, open ?? null, search, key === undefined ? null : sha256(key), limit + 1],
      );
      const items = rows.slice(0, limit).map(fromIncidentRow);
      return { items, next: rows.length > limit ? String(items.at(-1)?.number) : null };
    },
  };

  return {
    reads,

    /** Inside the caller's transaction. @throws WrongState when another change came first */
    async write(tx: Statements, { incident, history }: IncidentChange, now: number): Promise<void> {
      const { number, team, revision, card, title, openedAt } = incident;
      const isOpen = isOpenIncident(incident);
      const isUnfinished = isOpen || incident.silences.length > 0;
      const value = JSON.stringify(incident);
      if (revision === 0) {
        // Also when an incident with this key is open.
        const count = await tx.run(
          `INSERT INTO incidents (number, team, key, open, unfinished, opened_at, updated_at, title, card, revision, value)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10) ON CONFLICT DO NOTHING`,
          [number, team, sha256(incident.key), isOpen, isUnfinished, openedAt, now, title, card, value],
        );
        if (count === 0) throw new WrongState(`Incident #${number} was opened by another program meanwhile.`);
      } else {
        const count = await tx.run(
          `UPDATE incidents SET open = $1, unfinished = $2, updated_at = $3, title = $4, card = $5, revision = revision + 1,
             value = $6 WHERE number = $7 AND revision = $8`,
          [isOpen, isUnfinished, now, title, card, value, number, revision],
        );
        if (count === 0) throw new WrongState(`Incident #${number} was changed meanwhile.`);
      }
      await add(tx, number, history);
    },

    async openCards(): Promise<string[]> {
      const rows = await db.query<{ card: string }>('SELECT card FROM incidents WHERE open AND card IS NOT NULL');
      return rows.map(({ card }) => card);
    },

    /** Deletes incidents that ended before a time, except the newest one. */
    async prune(before: number): Promise<void> {
      await db.transaction(async (tx) => {
        const ended = await tx.query<{ number: number }>(
          `DELETE FROM incidents WHERE NOT unfinished AND updated_at < $1 AND number < (SELECT max(number) FROM incidents)
           RETURNING number`,
          [before],
        );
        void tx.run('DELETE FROM incident_history WHERE incident = ANY($1)', [ended.map(({ number }) => number)]);
      });
    },
  };
}
