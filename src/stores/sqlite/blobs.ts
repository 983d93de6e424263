import type { Attachment } from '../../domain/delivery.ts';
import type { Database } from './database.ts';

export interface BlobTable {
  read(id: string): Uint8Array | null;
  /** Ends a delivery's use of its files. A blob is deleted with its last use. */
  dropOf(deliveryId: string): void;
}

export function createBlobTable(db: Database): BlobTable {
  const read = db.prepare<[string], Buffer>('SELECT bytes FROM blobs WHERE id = ?').pluck();
  const attachments = db.prepare<[string], string | null>('SELECT attachments FROM deliveries WHERE id = ?').pluck();
  const release = db.prepare('UPDATE blobs SET uses = uses - 1 WHERE id = ?');
  const drop = db.prepare('DELETE FROM blobs WHERE id = ? AND uses <= 0');

  return {
    read: (id) => read.get(id) ?? null,
    dropOf(deliveryId) {
      const json = attachments.get(deliveryId);
      if (!json) return;
      for (const { blob } of JSON.parse(json) as Attachment[]) {
        release.run(blob);
        drop.run(blob);
      }
    },
  };
}
