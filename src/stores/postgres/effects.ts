import type { EffectAsker, WrittenEffect } from '../../domain/effect.ts';
import type { EffectJob } from '../../ports/effect-store.ts';
import type { Claiming } from './claiming.ts';
import type { Database, Statements } from './database.ts';

interface EffectRow {
  seq: number;
  id: string;
  name: string;
  argument: string;
  asker: string;
  begun: number;
}

/** Effects that were accepted and have not ended. A lease is a `ready_at` in the future. Times are of the server's clock. */
export function createEffects(db: Database, claiming: Claiming) {
  return {
    /** Inside the caller's transaction. */
    write(tx: Statements, effects: readonly WrittenEffect[], readyAt: number): void {
      void tx.run(
        `INSERT INTO effects (id, ready_at, name, argument, asker) SELECT u.id, $1, u.name, u.argument, u.asker
         FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY u (id, name, argument, asker, n) ORDER BY u.n`,
        [
          readyAt,
          effects.map(({ id }) => id),
          effects.map(({ name }) => name),
          effects.map(({ argument }) => argument),
          effects.map(({ asker }) => JSON.stringify(asker)),
        ],
      );
    },

    /** Leases up to `limit` effects, oldest first. */
    async claim(now: number, until: number, limit: number): Promise<EffectJob[]> {
      const [due] = await db.query('SELECT FROM effects WHERE ready_at <= $1 LIMIT 1', [now]);
      if (due === undefined) return [];
      const rows = await claiming(
        until - now,
        (tx) =>
          tx.query<EffectRow>(
            `UPDATE effects SET ready_at = $2, begun = begun + 1
           WHERE seq IN (SELECT seq FROM effects WHERE ready_at <= $1 ORDER BY seq LIMIT $3 FOR UPDATE SKIP LOCKED)
           RETURNING seq, id, name, argument, asker, begun`,
            [now, until, limit],
          ),
        () => [],
      );
      return rows
        .sort((a, b) => a.seq - b.seq)
        .map(({ id, name, argument, asker, begun }) => ({
          effect: { id, name, argument, asker: JSON.parse(asker) as EffectAsker },
          interrupted: begun > 1,
        }));
    },

    /** Inside the caller's transaction. Resolves with false when the effect was ended before. */
    end: async (tx: Statements, id: string): Promise<boolean> =>
      (await tx.run('DELETE FROM effects WHERE id = $1', [id])) === 1,
  };
}
