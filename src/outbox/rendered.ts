import type { Delivery } from '../domain/delivery.ts';
import type { Claimed, OutboxStore } from '../ports/outbox-store.ts';
import type { OutgoingMessage } from '../ports/sender.ts';
import { createDigest, type Digest } from './digest.ts';
import { contentOf, render } from './render.ts';

/**
 * The most messages of a digest that are read. A digest lists 2,000 characters of values, which this many fill even
 * if each is short.
 */
const listedMessages = 700;
/** The most digests in memory, and the most characters of them. The least recently rendered one is dropped first. */
const mostDigests = 200;
const mostCharacters = 4_000_000;

interface Remembered {
  revision: number;
  digest: Digest;
  read: number;
  /** The `seq` of the last message that was read. */
  lastSeq: number;
}

export type Rendered = (claimed: Claimed) => Promise<OutgoingMessage>;

/**
 * Renders the message of a claimed delivery. In a flood a digest is edited every second, so each merged message is
 * read and parsed only once.
 */
export function createRendered(
  store: Pick<OutboxStore, 'mergedContents'>,
  ledgerUrl: (id: string) => string | null,
): Rendered {
  const remembered = new Map<string, Remembered>();
  let characters = 0;

  function forget(id: string): void {
    characters -= remembered.get(id)?.digest.characters ?? 0;
    remembered.delete(id);
  }

  function remember(id: string, entry: Remembered): void {
    remembered.set(id, entry);
    characters += entry.digest.characters;
    for (const oldest of remembered.keys()) {
      if (remembered.size <= mostDigests && characters <= mostCharacters) break;
      forget(oldest);
    }
  }

  async function read(delivery: Delivery, entry: Remembered): Promise<number> {
    const limit = listedMessages - entry.read;
    const contents = limit === 0 ? [] : await store.mergedContents(delivery.id, limit, entry.lastSeq);
    for (const { seq, text, title } of contents) {
      entry.digest.add(contentOf({ source: delivery.source, text, title }));
      entry.lastSeq = seq;
    }
    entry.read += contents.length;
    return contents.length;
  }

  async function digestOf({ delivery, merged }: Claimed): Promise<Digest> {
    const { id, revision } = delivery;
    const before = remembered.get(id);
    forget(id);
    // Merging raises the revision by one. After any other change, such as an edit, everything is read again.
    if (before !== undefined && before.revision === revision - (merged > 0 ? 1 : 0)) {
      const expected = Math.min(merged, listedMessages - before.read);
      // Fewer than expected: a message is older than the last one that was read.
      if ((await read(delivery, before)) === expected) {
        before.revision = revision;
        remember(id, before);
        return before.digest;
      }
    }
    const digest = createDigest();
    digest.add(contentOf(delivery));
    const entry = { revision, digest, read: 0, lastSeq: 0 };
    await read(delivery, entry);
    remember(id, entry);
    return digest;
  }

  return async (claimed) => {
    const { delivery } = claimed;
    const digest = delivery.mergedCount === 0 ? null : await digestOf(claimed);
    return render(delivery, digest, ledgerUrl(delivery.id));
  };
}
