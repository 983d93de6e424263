import type { Clock } from '../domain/clock.ts';
import type { Delivery, SlackRef } from '../domain/delivery.ts';
import { longestHoldMs } from '../domain/waits.ts';
import { backoffMs } from '../lib/backoff.ts';
import type { Metrics } from '../observability/index.ts';
import type { Claimed, Settlement } from '../ports/outbox-store.ts';
import type { MessageSender, Posted, SendOutcome } from '../ports/sender.ts';
import type { Holds } from './holds.ts';
import { type Pace, pace } from './pacing.ts';
import type { Rendered } from './rendered.ts';
import { changeAttempts, errorText } from './retry-policy.ts';
import type { Upload } from './uploads.ts';

export interface AttemptParts {
  sender: MessageSender;
  rendered: Rendered;
  upload: Upload;
  holds: Pick<Holds, 'hold'>;
  clock: Pick<Clock, 'now'>;
  /** In [0, 1). */
  random: () => number;
  channelPace: Pace;
  metrics: Pick<Metrics, 'hiddenOutcomes'>;
}

/** The most messages with a change under retry; beyond it all counts begin anew. */
const mostChangeTries = 10_000;

/** The warning of a reply that stands in the channel in place of its thread. */
const threadIsGone = 'its thread is gone: the message stands in the channel';

type Retry = Extract<SendOutcome<unknown>, { kind: 'retry' }>;

export type Attempt = (claimed: Claimed) => Promise<Settlement>;

/** Makes one attempt at what a claimed delivery still needs: a post, its files, an edit or a deletion. */
export function createAttempt(parts: AttemptParts): Attempt {
  const { sender, rendered, upload, holds, clock, random, channelPace, metrics } = parts;
  const changeTries = new Map<string, number>();

  async function attempt(claimed: Claimed): Promise<Settlement> {
    const { delivery } = claimed;
    const found = delivery.slack === null && delivery.outcomeUnknown ? await lookUp(claimed) : null;
    const slack = delivery.slack ?? found;
    if (delivery.pending === 'delete') return remove(claimed, slack);
    if (delivery.state === 'sent' && slack !== null) return edit(claimed, slack);
    // It was edited or merged after that post, which shows the content of then.
    if (found !== null && delivery.revision > 0) {
      const outcome = await sender.update(await rendered(claimed), found);
      if (outcome.kind === 'retry') return retryAt(claimed, { ...outcome, outcomeUnknown: true }, delivery.attempts);
    }
    if (slack !== null) return uploadFiles(claimed, slack);

    const outcome = await sender.post(await rendered(claimed));
    if (outcome.kind !== 'sent') return retryOrFail(claimed, outcome);
    return uploadFiles(claimed, outcome.value);
  }

  /** Looks for a post whose response was lost. Both results are counted, because a second post may be a duplicate. */
  async function lookUp(claimed: Claimed): Promise<Posted | null> {
    const { delivery } = claimed;
    // A message from the future was accepted while the clock was ahead, so the time of its post is not known.
    const now = clock.now();
    const since = delivery.createdAt > now ? now - longestHoldMs : delivery.createdAt;
    const found = await sender.find(await rendered(claimed), since);
    metrics.hiddenOutcomes.inc({ resolution: found === null ? 'sent_again' : 'found' });
    return found;
  }

  async function uploadFiles(claimed: Claimed, posted: Posted): Promise<Settlement> {
    const { delivery } = claimed;
    const next = pace(claimed.tat, clock.now(), channelPace);
    const gone = posted.threadGone === true;
    const inChannel = gone || lacksThread(delivery);
    const slack = gone ? { channel: posted.channel, ts: posted.ts, permalink: posted.permalink } : posted;
    const goneThread = gone ? delivery.threadTs : undefined;
    const { retry, ...done } = await upload(inChannel ? warned(delivery) : delivery, slack, next.tat, goneThread);
    if (retry !== null) return retryAt(claimed, retry, delivery.attempts);
    return { to: 'sent', slack, goneThread, ...done, ...next };
  }

  async function edit(claimed: Claimed, slack: SlackRef): Promise<Settlement> {
    const outcome = await sender.update(await rendered(claimed), slack);
    return settleChange(claimed, outcome);
  }

  async function remove(claimed: Claimed, slack: SlackRef | null): Promise<Settlement> {
    if (slack === null) return { to: 'changed', readyAt: clock.now(), tat: claimed.tat };
    return settleChange(claimed, await sender.delete(claimed.delivery.team, slack), slack);
  }

  /** `slack`: the place of the message in Slack, if it was found only now. */
  function settleChange(claimed: Claimed, outcome: SendOutcome<unknown>, slack?: SlackRef): Settlement {
    const { id } = claimed.delivery;
    const next = pace(claimed.tat, clock.now(), channelPace);
    const tries = (changeTries.get(id) ?? 0) + 1;
    if (outcome.kind === 'retry' && tries < changeAttempts) {
      if (changeTries.size >= mostChangeTries) changeTries.clear();
      changeTries.set(id, tries);
      return retryAt(claimed, outcome, tries);
    }
    changeTries.delete(id);
    if (outcome.kind === 'sent') return { to: 'changed', ...next };
    const gone = outcome.kind === 'refused' && outcome.gone === true;
    return { to: 'changed', error: errorText(outcome), gone, slack, ...next };
  }

  function retryOrFail(claimed: Claimed, outcome: Exclude<SendOutcome<unknown>, { kind: 'sent' }>): Settlement {
    if (outcome.kind === 'retry') return retryAt(claimed, outcome, claimed.delivery.attempts);
    return { to: 'failed', error: errorText(outcome), ...pace(claimed.tat, clock.now(), channelPace) };
  }

  /** Waits for Retry-After, else a backoff. When the whole workspace has to wait, all its channels are held. */
  function retryAt({ delivery, tat }: Claimed, outcome: Retry, attempts: number): Settlement {
    const waitMs = Math.min(outcome.afterMs ?? backoffMs(attempts, random), longestHoldMs);
    const error = errorText(outcome);
    if (outcome.scope === 'workspace') holds.hold(delivery.team, waitMs, error);
    return { to: 'retry', error, outcomeUnknown: outcome.outcomeUnknown, readyAt: clock.now() + waitMs, tat };
  }

  return attempt;
}

/** Returns whether a reply is posted while its parent is not in Slack: it failed, expired or was withdrawn. */
function lacksThread({ replyTo, threadTs, slack, destination }: Delivery): boolean {
  return replyTo !== undefined && threadTs === undefined && slack === null && destination.kind === 'slack';
}

/** Returns the delivery with the warning. Its files go to its own thread. */
function warned(delivery: Delivery): Delivery {
  return { ...delivery, threadTs: undefined, warnings: [...delivery.warnings, threadIsGone] };
}
