import type { Clock } from '../domain/clock.ts';
import { cut } from '../domain/cut.ts';
import type { Attachment, Delivery, SlackRef } from '../domain/delivery.ts';
import type { Metrics } from '../observability/index.ts';
import type { OutboxStore } from '../ports/outbox-store.ts';
import type { MessageSender, Outcome } from '../ports/sender.ts';
import { errorText, uploadAttempts } from './retry-policy.ts';

export interface UploadParts {
  store: Pick<OutboxStore, 'settle' | 'blob'>;
  sender: Pick<MessageSender, 'upload'>;
  clock: Pick<Clock, 'now'>;
  /** Milliseconds; renewed for each file. */
  leaseMs: number;
  metrics: Pick<Metrics, 'deliveryWarnings'>;
}

/** How far the files of a message have come. `retry`: the next one has to be tried again. */
export interface Uploaded {
  uploaded: number;
  warnings: string[];
  retry: Extract<Outcome<null>, { kind: 'retry' }> | null;
}

/** More warnings than this are counted, not listed. */
const mostWarnings = 20;
const nameCharacters = 100;
/** Messages whose files are under way; one that was withdrawn meanwhile stays until then. */
const mostTries = 1_000;

/**
 * Uploads the files of a message that stands in Slack, each remembered so that none is uploaded twice. A file that Slack
 * does not take becomes a warning: the others and the message itself are as good without it.
 */
export function createUploads({ store, sender, clock, leaseMs, metrics }: UploadParts) {
  /** By delivery, for the file it is at. */
  const tries = new Map<string, number>();

  return async function upload(delivery: Delivery, slack: SlackRef, tat: number): Promise<Uploaded> {
    const warnings = [...delivery.warnings];
    let { uploaded } = delivery;
    for (const attachment of delivery.attachments.slice(uploaded)) {
      const now = clock.now();
      await store.settle(delivery, { to: 'posted', slack, uploaded, warnings, readyAt: now + leaseMs, tat }, now);
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

  /** What holds the whole workspace (an outage, a refused token) is not the file's fault, but ends with the message's time. */
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
