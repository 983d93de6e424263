import { WrongState } from '../../domain/errors.ts';
import { endStates, isEnded, type Job, type JobState, jobStates } from '../../domain/job.ts';
import type { JobStore } from '../../ports/job-store.ts';
import { fromJobRow, type JobRow, mostPrunedOutput } from '../common/job-rows.ts';
import { numberOf } from '../common/paging.ts';
import type { Database, Statements } from './database.ts';

type Reads = Pick<JobStore, 'job' | 'jobs' | 'unfinishedJobs' | 'countUnfinishedJobs' | 'lastEndedJob'>;

const openStates = jobStates.filter((state) => !isEnded({ state }));
const select = 'SELECT seq, team, revision, cursor, value FROM jobs';

/** Runs of jobs, found by id, state and name. */
export function createJobs(db: Database) {
  /** Inside the caller's transaction. Resolves with the job as it is stored. @throws WrongState when another change came first */
  async function write(tx: Statements, job: Job): Promise<Job> {
    const { id, team, name, state, attempt, cursor, revision } = job;
    const isUnfinished = !(isEnded(job) && job.told);
    const endedAt = isEnded(job) ? job.endedAt : null;
    const value = JSON.stringify(job);
    if (revision === 0) {
      const count = await tx.run(
        `INSERT INTO jobs (id, team, name, state, unfinished, ended_at, attempt, revision, cursor, value)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9) ON CONFLICT DO NOTHING`,
        [id, team, name, state, isUnfinished, endedAt, attempt, cursor, value],
      );
      if (count === 0) throw new WrongState(`The job ${id} is stored already.`);
      return { ...job, revision: 1 };
    }
    // A new attempt begins with its own cursor. Otherwise the cursor is as the newest output wrote it.
    const [row] = await tx.query<Pick<JobRow, 'team' | 'revision' | 'cursor'>>(
      `UPDATE jobs SET state = $1, unfinished = $2, ended_at = $3, cursor = CASE WHEN attempt = $4 THEN cursor ELSE $5 END,
         attempt = $4, revision = revision + 1, value = $6
       WHERE id = $7 AND revision = $8 RETURNING team, revision, cursor`,
      [state, isUnfinished, endedAt, attempt, cursor, value, id, revision],
    );
    if (row === undefined) throw new WrongState(`The job ${id} was changed meanwhile.`);
    return { ...job, ...row };
  }

  /** Each state has its own part of the index, so that old jobs in rare states are found without reading all others. */
  async function listed(
    team: string,
    name: string | undefined,
    states: readonly JobState[] | undefined,
    before: number,
    limit: number,
  ): Promise<JobRow[]> {
    if (name === undefined && states === undefined) {
      return db.query<JobRow>(`${select} WHERE team = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`, [
        team,
        before,
        limit,
      ]);
    }
    return db.query<JobRow>(
      `SELECT j.* FROM unnest($1::text[]) s (state) CROSS JOIN LATERAL
         (${select} WHERE team = $2 AND state = s.state AND seq < $3 ${name === undefined ? 'AND $5::text IS NULL' : 'AND name = $5'}
          ORDER BY seq DESC LIMIT $4) j ORDER BY j.seq DESC LIMIT $4`,
      [[...new Set(states ?? jobStates)], team, before, limit, name ?? null],
    );
  }

  const reads: Reads = {
    async job(team, id) {
      const [row] = await db.query<JobRow>(`${select} WHERE id = $1 AND team = $2`, [id, team]);
      return row === undefined ? null : fromJobRow(row);
    },
    async jobs({ team, name, states }, cursor, limit) {
      const rows = await listed(team, name, states, numberOf(cursor), limit + 1);
      const shown = rows.slice(0, limit);
      return { items: shown.map(fromJobRow), next: rows.length > limit ? String(shown.at(-1)?.seq) : null };
    },
    async unfinishedJobs(after, limit) {
      const rows = await db.query<JobRow>(
        `${select} WHERE unfinished AND seq > coalesce((SELECT seq FROM jobs WHERE id = $1), 0) ORDER BY seq LIMIT $2`,
        [after, limit],
      );
      return rows.map(fromJobRow);
    },
    async countUnfinishedJobs(team, name) {
      const [row] = await db.query<{ count: number }>(
        `SELECT count(*) AS count FROM jobs WHERE team = $1 AND state = ANY($2)
           ${name === undefined ? 'AND $3::text IS NULL' : 'AND name IS NOT DISTINCT FROM $3'}`,
        [team, openStates, name ?? null],
      );
      return row?.count ?? 0;
    },
    async lastEndedJob(team, name) {
      const [row] = await listed(team, name, endStates, Number.MAX_SAFE_INTEGER, 1);
      return row === undefined ? null : fromJobRow(row);
    },
  };

  /** Deletes up to `limit` jobs that ended before a time, with their output. Resolves with their number. */
  const prune = (before: number, limit: number): Promise<number> =>
    db.transaction(async (tx) => {
      const ended = await tx.query<{ seq: number; bytes: number }>(
        `SELECT seq, head_bytes + tail_bytes AS bytes FROM jobs WHERE ended_at < $1 ORDER BY ended_at LIMIT $2
         FOR UPDATE SKIP LOCKED`,
        [before, limit],
      );
      let bytes = 0;
      const seqs: number[] = [];
      for (const job of ended) {
        if (bytes > mostPrunedOutput) break;
        seqs.push(job.seq);
        bytes += job.bytes;
      }
      void tx.run('DELETE FROM job_output WHERE job = ANY($1)', [seqs]);
      void tx.run('DELETE FROM jobs WHERE seq = ANY($1)', [seqs]);
      return seqs.length;
    });

  return { write, reads, prune };
}
