import { WrongState } from '../../domain/errors.ts';
import { endStates, isEnded, type Job, type JobState, jobStates } from '../../domain/job.ts';
import type { JobStore } from '../../ports/job-store.ts';
import { fromJobRow, type JobRow, mostPrunedOutput } from '../common/job-rows.ts';
import { numberOf } from '../common/paging.ts';
import type { Database } from './database.ts';

export interface JobTable {
  /** Inside the caller's transaction. Returns the job as it is stored. @throws WrongState when another change came first */
  write(job: Job): Job;
  /** Inside the caller's transaction: jobs without a team become this team's. */
  adopt(team: string): void;
  /** Inside the caller's transaction: deletes up to `limit` jobs that ended before a time. Returns their number. */
  prune(before: number, limit: number): number;
  reads: Pick<JobStore, 'job' | 'jobs' | 'unfinishedJobs' | 'countUnfinishedJobs' | 'lastEndedJob'>;
}

const openStates = jobStates.filter((state) => !isEnded({ state }));
/** Runs of jobs, found by id, state and name. */
export function createJobTable(db: Database): JobTable {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO jobs (id, team, name, state, unfinished, ended_at, attempt, revision, cursor, value)
     VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)`,
  );
  // A new attempt begins with its own cursor. Otherwise the cursor is as the newest output wrote it.
  const update = db.prepare<(string | number | null)[], Pick<JobRow, 'team' | 'revision' | 'cursor'>>(
    `UPDATE jobs SET state = ?, unfinished = ?, ended_at = ?, cursor = iif(attempt = ?, cursor, ?), attempt = ?,
       revision = revision + 1, value = ?
     WHERE id = ? AND revision = ? RETURNING team, revision, cursor`,
  );
  const select = 'SELECT seq, team, revision, cursor, value FROM jobs';
  const newestFirst = 'ORDER BY seq DESC LIMIT ?';
  const byId = db.prepare<[string, string], JobRow>(`${select} WHERE id = ? AND team = ?`);
  const ofTeam = db.prepare<[string, number, number], JobRow>(`${select} WHERE team = ? AND seq < ? ${newestFirst}`);
  const withState = db.prepare<[string, string, number, number], JobRow>(
    `${select} WHERE team = ? AND state = ? AND seq < ? ${newestFirst}`,
  );
  const withName = db.prepare<[string, string, string, number, number], JobRow>(
    `${select} WHERE team = ? AND name = ? AND state = ? AND seq < ? ${newestFirst}`,
  );
  const unfinished = db.prepare<[string | null, number], JobRow>(
    `${select} WHERE unfinished = 1 AND seq > ifnull((SELECT seq FROM jobs WHERE id = ?), 0) ORDER BY seq LIMIT ?`,
  );
  const count = db.prepare<[string, string], number>('SELECT count(*) FROM jobs WHERE team = ? AND state = ?').pluck();
  const countWithName = db
    .prepare<[string, string | null, string], number>(
      'SELECT count(*) FROM jobs WHERE team = ? AND name IS ? AND state = ?',
    )
    .pluck();
  const adopt = db.prepare("UPDATE jobs SET team = ? WHERE team = ''");
  const ended = db.prepare<[number, number], { seq: number; bytes: number }>(
    `SELECT seq, head_bytes + tail_bytes AS bytes FROM jobs WHERE ended_at IS NOT NULL AND ended_at < ?
     ORDER BY ended_at LIMIT ?`,
  );
  const forget = db.prepare('DELETE FROM jobs WHERE seq = ?');
  const forgetOutput = db.prepare('DELETE FROM job_output WHERE job = ?');

  /** Each state has its own part of the index, so that old jobs in rare states are found without reading all others. */
  function listed(team: string, name: string | undefined, states: readonly JobState[] | undefined, before: number) {
    return (limit: number): JobRow[] => {
      if (name === undefined && states === undefined) return ofTeam.all(team, before, limit);
      const rows = [...new Set(states ?? jobStates)].flatMap((state) =>
        name === undefined ? withState.all(team, state, before, limit) : withName.all(team, name, state, before, limit),
      );
      return rows.sort((a, b) => b.seq - a.seq).slice(0, limit);
    };
  }

  function write(job: Job): Job {
    const { id, team, name, state, attempt, cursor, revision } = job;
    const isUnfinished = isEnded(job) && job.told ? 0 : 1;
    const endedAt = isEnded(job) ? job.endedAt : null;
    const value = JSON.stringify(job);
    if (revision === 0) {
      const { changes } = insert.run(id, team, name, state, isUnfinished, endedAt, attempt, cursor, value);
      if (changes === 0) throw new WrongState(`The job ${id} is stored already.`);
      return { ...job, revision: 1 };
    }
    const row = update.get(state, isUnfinished, endedAt, attempt, cursor, attempt, value, id, revision);
    if (row === undefined) throw new WrongState(`The job ${id} was changed meanwhile.`);
    return { ...job, ...row };
  }

  return {
    write,
    adopt: (team) => void adopt.run(team),
    prune(before, limit) {
      let deleted = 0;
      let bytes = 0;
      for (const job of ended.all(before, limit)) {
        if (bytes > mostPrunedOutput) break;
        forgetOutput.run(job.seq);
        forget.run(job.seq);
        bytes += job.bytes;
        deleted += 1;
      }
      return deleted;
    },
    reads: {
      async job(team, id) {
        const row = byId.get(id, team);
        return row === undefined ? null : fromJobRow(row);
      },
      async jobs({ team, name, states }, cursor, limit) {
        const rows = listed(team, name, states, numberOf(cursor))(limit + 1);
        const shown = rows.slice(0, limit);
        return { items: shown.map(fromJobRow), next: rows.length > limit ? String(shown.at(-1)?.seq) : null };
      },
      unfinishedJobs: async (after, limit) => unfinished.all(after, limit).map(fromJobRow),
      async countUnfinishedJobs(team, name) {
        const of = (state: JobState) =>
          (name === undefined ? count.get(team, state) : countWithName.get(team, name, state)) ?? 0;
        return openStates.reduce((sum, state) => sum + of(state), 0);
      },
      async lastEndedJob(team, name) {
        const [row] = listed(team, name, endStates, Number.MAX_SAFE_INTEGER)(1);
        return row === undefined ? null : fromJobRow(row);
      },
    },
  };
}
