import type { Attachment } from '../../domain/delivery.ts';
import type { Statements } from './database.ts';

export async function readBlob(db: Statements, id: string): Promise<Uint8Array | null> {
  const [row] = await db.query<{ bytes: Buffer }>('SELECT bytes FROM blobs WHERE id = $1', [id]);
  return row?.bytes ?? null;
}

/** Ends one use of each of these files. A blob is deleted with its last use. */
export function dropBlobs(tx: Statements, files: readonly Pick<Attachment, 'blob'>[]): void {
  if (files.length === 0) return;
  const uses = new Map<string, number>();
  for (const { blob } of files) uses.set(blob, (uses.get(blob) ?? 0) + 1);
  const ids = [...uses.keys()].sort();
  void tx.run(
    `UPDATE blobs b SET uses = b.uses - u.uses FROM unnest($1::text[], $2::int[]) u (id, uses) WHERE b.id = u.id`,
    [ids, ids.map((id) => uses.get(id) ?? 0)],
  );
  void tx.run('DELETE FROM blobs WHERE id = ANY($1) AND uses <= 0', [ids]);
}
