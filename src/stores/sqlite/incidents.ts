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
import type { Database } from './database.ts';

export interface IncidentTable {
  /** Inside the caller's transaction. @throws WrongState when another change came first */
  write(change: IncidentChange, now: number): void;
  /** Inside the caller's transaction: incidents without a team become this team's. */
  adopt(team: string): void;
  /** Ids of the cards of open incidents. */
  openCards(): ReadonlySet<string>;
  /** Inside the caller's transaction: deletes incidents that ended before a time, except the newest one. */
  prune(before: number): void;
  reads: Omit<IncidentStore, 'onIncident'>;
}

/** Incidents, found by number, by key and by card. */
export function createIncidentTable(db: Database): IncidentTable {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO incidents (number, team, key, open, unfinished, opened_at, updated_at, title, card, revision, value)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
  );
  const update = db.prepare(
    `UPDATE incidents SET open = ?, unfinished = ?, updated_at = ?, title = ?, card = ?, revision = revision + 1, value = ?
     WHERE number = ? AND revision = ?`,
  );
  const openWithKey = db
    .prepare<[string, string], number>('SELECT number FROM incidents WHERE team = ? AND key = ? AND open = 1')
    .pluck();
  const select = 'SELECT number, team, revision, value FROM incidents';
  const latest = db.prepare<[string, string], IncidentRow>(
    `${select} WHERE team = ? AND key = ? ORDER BY number DESC LIMIT 1`,
  );
  const byNumber = db.prepare<[number, string], IncidentRow>(`${select} WHERE number = ? AND team = ?`);
  const byCard = db.prepare<[string], IncidentRow>(`${select} WHERE card = ?`);
  const newest = db.prepare<[], number | null>('SELECT max(number) FROM incidents').pluck();
  const before = db.prepare<[number, string, number, number, string, number], IncidentRow>(
    `${select} WHERE number < ? AND team = ? AND open BETWEEN ? AND ? AND instr(lower(title), lower(?)) > 0
     ORDER BY number DESC LIMIT ?`,
  );
  const withKey = db.prepare<[number, string, number, number, string, string, number], IncidentRow>(
    `${select} WHERE number < ? AND team = ? AND open BETWEEN ? AND ? AND instr(lower(title), lower(?)) > 0 AND key = ?
     ORDER BY number DESC LIMIT ?`,
  );
  const unfinishedOnes = db.prepare<[number, number], IncidentRow>(
    `${select} WHERE unfinished = 1 AND number > ? ORDER BY number LIMIT ?`,
  );
  const adopt = db.prepare("UPDATE incidents SET team = ? WHERE team = ''");
  const prune = db.prepare(
    'DELETE FROM incidents WHERE unfinished = 0 AND updated_at < ? AND number < (SELECT max(number) FROM incidents)',
  );
  const openCards = db.prepare<[], string>('SELECT card FROM incidents WHERE open = 1 AND card IS NOT NULL').pluck();
  const pruneHistory = db.prepare('DELETE FROM incident_history WHERE incident NOT IN (SELECT number FROM incidents)');
  const lastEntry = db
    .prepare<[number], number | null>('SELECT max(seq) FROM incident_history WHERE incident = ?')
    .pluck();
  const addEntry = db.prepare(
    'INSERT INTO incident_history (incident, seq, at, kind, actor_kind, actor, text) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const thin = db.prepare('DELETE FROM incident_history WHERE incident = ? AND seq > ? AND seq <= ?');
  const history = db.prepare<[number], HistoryRow>('SELECT * FROM incident_history WHERE incident = ? ORDER BY seq');

  function add(number: number, entries: readonly HistoryEntry[]): void {
    let seq = lastEntry.get(number) ?? 0;
    for (const entry of entries) {
      seq += 1;
      addEntry.run(number, seq, ...entryValues(entry));
    }
    const { first, last } = keptEntries;
    if (seq > first + last) thin.run(number, first, seq - last);
  }

  return {
    write({ incident, history: entries }, now) {
      const { number, team, revision, card, title, openedAt } = incident;
      const key = sha256(incident.key);
      const open = isOpenIncident(incident) ? 1 : 0;
      const unfinished = open === 1 || incident.silences.length > 0 ? 1 : 0;
      const value = JSON.stringify(incident);
      if (revision === 0) {
        const taken =
          openWithKey.get(team, key) !== undefined ||
          insert.run(number, team, key, open, unfinished, openedAt, now, title, card, value).changes === 0;
        if (taken) throw new WrongState(`Incident #${number} was opened by another program meanwhile.`);
      } else if (update.run(open, unfinished, now, title, card, value, number, revision).changes === 0) {
        throw new WrongState(`Incident #${number} was changed meanwhile.`);
      }
      add(number, entries);
    },
    adopt: (team) => void adopt.run(team),
    openCards: () => new Set(openCards.all()),
    prune(time) {
      prune.run(time);
      pruneHistory.run();
    },
    reads: {
      latestIncident: async (team, key) => toIncident(latest.get(team, sha256(key))),
      incident: async (team, number) => toIncident(byNumber.get(number, team)),
      incidentOfCard: async (delivery) => toIncident(byCard.get(delivery)),
      nextIncidentNumber: async () => (newest.get() ?? 0) + 1,
      unfinishedIncidents: async (after, limit) => unfinishedOnes.all(after, limit).map(fromIncidentRow),
      incidentHistory: async (number) => history.all(number).map(toEntry),
      async incidents({ team, open, search = '', key }, cursor, limit) {
        const [from, to] = open === undefined ? [0, 1] : [Number(open), Number(open)];
        const given = [numberOf(cursor), team, from, to, search] as const;
        const rows =
          key === undefined ? before.all(...given, limit + 1) : withKey.all(...given, sha256(key), limit + 1);
        const items = rows.slice(0, limit).map(fromIncidentRow);
        return { items, next: rows.length > limit ? String(items.at(-1)?.number) : null };
      },
    },
  };
}

const toIncident = (row: IncidentRow | undefined): Incident | null => (row === undefined ? null : fromIncidentRow(row));
