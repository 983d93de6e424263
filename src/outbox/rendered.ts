import type { Content } from '../domain/delivery.ts';
import type { OutgoingMessage } from '../ports/sender.ts';
import type { Claimed, Store } from '../ports/store.ts';
import { createSummarize, render } from './render.ts';

/** Of those merged into a digest: its 2,000 characters of distinct values have no room for more, however short they are. */
const listedMessages = 700;
/** Digests that list all they can and are remembered; the one that was edited longest ago is forgotten. */
const mostRemembered = 200;

interface Remembered {
  revision: number;
  merged: readonly Content[];
}

/**
 * Makes the message of a claimed delivery. A digest that has as many messages as it lists does not change by further ones, but
 * for their number; in a flood it is edited every second, so what it lists is neither read nor summed up again.
 */
export function createRendered(
  store: Pick<Store, 'mergedContents'>,
  ledgerUrl: (id: string) => string | null,
): (claimed: Claimed) => OutgoingMessage {
  const remembered = new Map<string, Remembered>();
  const summarize = createSummarize();

  function mergedInto({ delivery, merged }: Claimed): readonly Content[] {
    const { id, mergedCount, revision } = delivery;
    if (mergedCount === 0) return [];
    const before = remembered.get(id);
    remembered.delete(id);
    // Merging raises the revision by one; anything else that does, such as an edit of one of the messages, needs a new look.
    const isSame = before !== undefined && before.revision === revision - (merged > 0 ? 1 : 0);
    const contents = isSame ? before.merged : store.mergedContents(id, listedMessages);
    if (contents.length < listedMessages) return contents;
    remembered.set(id, { revision, merged: contents });
    const [oldest] = remembered.keys();
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
    return contents;
  }

  return (claimed) => {
    const { delivery } = claimed;
    return render(delivery, mergedInto(claimed), ledgerUrl(delivery.id), summarize);
  };
}
