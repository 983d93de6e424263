import type { Clock } from '../domain/clock.ts';
import { cut } from '../domain/cut.ts';
import type { Attachment, Delivery, SlackRef } from '../domain/delivery.ts';
import type { Metrics } from '../observability/index.ts';
import type { OutboxStore } from '../ports/outbox-store.ts';
import type { MessageSender, SendOutcome } from '../ports/sender.ts';
import { errorText, uploadAttempts } from './retry-policy.ts';

export interface UploadParts {
  store: Pick<OutboxStore, 'settle' | 'blob'>;
  sender: Pick<MessageSender, 'upload'>;
  clock: Pick<Clock, 'now'>;
  /** Milliseconds; renewed for each file. */
  leaseMs: number;
  metrics: Pick<Metrics, 'deliveryWarnings'>;
}

/** The progress of a message's files. `retry`: the next file has to be tried again. */
interface Uploaded {
  uploaded: number;
  warnings: string[];
  retry: Extract<SendOutcome<null>, { kind: 'retry' }> | null;
}

/** Puts the files of a delivery into the thread of its message `slack`. `goneThread`: as of an attempt's result. */
export type Upload = (delivery: Delivery, slack: SlackRef, tat: number, goneThread?: string) => Promise<Uploaded>;

/** More warnings than this are counted, not listed. */
const mostWarnings = 20;
const nameCharacters = 100;
/** The most messages with files under way; beyond it all counts begin anew. */
const mostTries = 1_000;

/**
 * Uploads the files of a message that is in Slack. Progress is stored after each file, so no file is uploaded twice.
 * A file that Slack refuses becomes a warning; the message and its other files are not affected.
 */
export function createUploads({ store, sender, clock, leaseMs, metrics }: UploadParts): Upload {
  /** Tries of the current file, by delivery. */
  const tries = new Map<string, number>();

  return async function upload(delivery, slack, tat, goneThread) {
    const warnings = [...delivery.warnings];
    let { uploaded } = delivery;
    for (const attachment of delivery.attachments.slice(uploaded)) {
      const now = clock.now();
      const readyAt = now + leaseMs;
      await store.settle(delivery, { to: 'posted', slack, uploaded, warnings, goneThread, readyAt, tat }, now);
      const outcome = await uploadOne(delivery, slack, attachment);
      if (outcome.kind === 'retry' && mayTryAgain(delivery, outcome)) return { uploaded, warnings, retry: outcome };
      tries.delete(delivery.id);
      if (outcome.kind !== 'sent') warn(warnings, `${nameOf(attachment)}: ${errorText(outcome)}`);
      uploaded += 1;
    }
    return { uploaded, warnings, retry: null };
  };

  async function uploadOne(delivery: Delivery, slack: SlackRef, { blob, name, title }: Attachment) {
    const bytes = await store.blob(blob);
    if (bytes === null) return { kind: 'refused', error: 'its bytes are no longer in the store' } as const;
    const { team, threadTs = slack.ts } = delivery;
    return sender.upload({ team, channel: slack.channel, threadTs, name, title, bytes });
  }

  /**
   * A failure of the whole workspace (an outage, a refused token) does not count against the file, but the message's
   * time to live does.
   */
  function mayTryAgain(delivery: Delivery, { scope }: { scope: 'channel' | 'workspace' }): boolean {
    if (clock.now() >= delivery.expiresAt) return false;
    if (scope === 'workspace') return true;
    const count = (tries.get(delivery.id) ?? 0) + 1;
    if (tries.size >= mostTries) tries.clear();
    tries.set(delivery.id, count);
    return count < uploadAttempts;
  }

  function warn(warnings: string[], text: string): void {
    metrics.deliveryWarnings.inc();
    if (warnings.length < mostWarnings) warnings.push(text);
    else if (warnings.length === mostWarnings) warnings.push('more files were left out');
  }
}

function nameOf({ name }: Attachment): string {
  return cut(name.replace(/[\s\p{Cc}]+/gu, ' '), nameCharacters, () => '…');
}
