import type { EffectAsker, WrittenEffect } from '../../domain/effect.ts';
import type { EffectJob } from '../../ports/effect-store.ts';
import type { Database } from './database.ts';

/** Functions that change something run inside the caller's transaction. */
export interface EffectTable {
  write(effect: WrittenEffect, now: number): void;
  claim(now: number, leaseMs: number, limit: number): EffectJob[];
  /** Returns whether an effect may be claimed. */
  isDue(now: number): boolean;
  /** Returns false when the effect was ended before. */
  end(id: string): boolean;
}

interface EffectRow {
  id: string;
  name: string;
  argument: string;
  asker: string;
  begun: number;
}

/** Effects that were accepted and have not ended. A lease is a `ready_at` in the future. */
export function createEffectTable(db: Database): EffectTable {
  const insert = db.prepare('INSERT INTO effects (id, ready_at, name, argument, asker) VALUES (?, ?, ?, ?, ?)');
  const claim = db.prepare<[number, number, number], EffectRow>(
    `UPDATE effects SET ready_at = ?, begun = begun + 1
     WHERE seq IN (SELECT seq FROM effects WHERE ready_at <= ? ORDER BY seq LIMIT ?)
     RETURNING id, name, argument, asker, begun`,
  );
  const due = db.prepare<[number]>('SELECT 1 FROM effects WHERE ready_at <= ? LIMIT 1');
  const end = db.prepare('DELETE FROM effects WHERE id = ?');

  return {
    write: ({ id, name, argument, asker }, now) => void insert.run(id, now, name, argument, JSON.stringify(asker)),
    claim: (now, leaseMs, limit) =>
      claim.all(now + leaseMs, now, limit).map(({ id, name, argument, asker, begun }) => ({
        effect: { id, name, argument, asker: JSON.parse(asker) as EffectAsker },
        interrupted: begun > 1,
      })),
    isDue: (now) => due.get(now) !== undefined,
    end: (id) => end.run(id).changes === 1,
  };
}
