import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import { compose, type Stamp } from '../domain/compose.ts';
import type { NewDelivery } from '../domain/delivery.ts';
import { inSlack } from '../domain/destination.ts';
import type { EffectAsker, Performer, WrittenEffect } from '../domain/effect.ts';
import { UltronexError } from '../domain/errors.ts';
import type { CommandRequest, IncomingMessage } from '../domain/event.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import { within } from '../lib/deadline.ts';
import { deferred } from '../lib/pause.ts';
import { createPoll } from '../lib/poll.ts';
import { retryUntil } from '../lib/retry.ts';
import type { Metrics } from '../observability/index.ts';
import type { EffectJob, EffectStore } from '../ports/effect-store.ts';
import type { UnitOfWork } from '../ports/unit-of-work.ts';

export interface EffectsOptions {
  store: EffectStore;
  /** By the name of the effect. */
  performers: ReadonlyMap<string, Performer>;
  stamp(): Stamp;
  clock: Clock;
  metrics: Pick<Metrics, 'effects'>;
  log: Logger;
}

/** Performs each accepted effect once (a repeatable one again after a crash), and reports its outcome to the user who asked for it. */
export interface Effects {
  start(): void;
  /** Starts no more effects, and waits for those under way. */
  stop(): Promise<void>;
  /**
   * Resolves with the outcome's text when the effect ends within `ms` milliseconds. Resolves with null when it takes
   * longer or was never accepted; its outcome is then sent as a message. Call this before the effect is accepted.
   */
  outcome(id: string, ms: number): Promise<string | null>;
}

const pollMs = 500;
const atOnce = 4;
/** After this time the outcome of an effect counts as unknown. */
const performWithinMs = 90_000;
/** Longer than `performWithinMs`, so that no other process claims an effect that is under way. */
const leaseMs = 120_000;

type EffectOutcome = 'done' | 'failed' | 'unknown';

export function createEffects({ store, performers, stamp, clock, metrics, log }: EffectsOptions): Effects {
  const waiting = new Map<string, (text: string) => void>();
  const underWay = new Map<string, Promise<void>>();

  async function performDue(): Promise<void> {
    const room = atOnce - underWay.size;
    if (room <= 0) return;
    for (const job of await store.claimEffects(clock.now(), leaseMs, room)) {
      const { id } = job.effect;
      // A clock that jumped forward ends leases early.
      if (underWay.has(id)) continue;
      const done = perform(job)
        .catch((error) => log.error({ err: error, effect: id }, 'the end of an effect could not be written down'))
        .finally(() => {
          underWay.delete(id);
          poll.wake();
        });
      underWay.set(id, done);
    }
  }

  async function perform({ effect, interrupted }: EffectJob): Promise<void> {
    const { id, name, asker } = effect;
    const endsAt = clock.monotonic() + leaseMs;
    const lost = interrupted && performers.get(name)?.repeatable !== true;
    const { outcome, text } = lost ? unknown(effect) : await attempt(effect);
    metrics.effects.inc({ outcome });
    log[outcome === 'done' ? 'info' : 'warn'](
      { trace: asker.trace, effect: name, user: asker.user, outcome },
      'effect',
    );
    const answer = waiting.get(id);
    if (answer === undefined) return finish(id, text === '' ? {} : { deliveries: [messageOf(effect, text)] }, endsAt);
    // From here on `outcome` waits for the commit, so that the text is not lost when its time is over during the
    // commit.
    waiting.delete(id);
    await finish(id, {}, endsAt).finally(() => answer(text));
  }

  /**
   * The effect was performed, so its end must be written. Retries while the lease holds, for example when the disk is
   * full.
   */
  function finish(id: string, unit: UnitOfWork, endsAt: number): Promise<void> {
    return retryUntil({ clock, everyMs: pollMs, endsAt }, () => store.finishEffect(id, unit));
  }

  async function attempt(effect: WrittenEffect): Promise<{ outcome: EffectOutcome; text: string }> {
    const { name, argument, asker } = effect;
    const performer = performers.get(name);
    if (performer === undefined) return { outcome: 'failed', text: `\`${name}\` is turned off now; nothing was done.` };
    try {
      const done = await within(clock, performWithinMs, performer(argument, asker));
      return done === null ? unknown(effect) : { outcome: 'done', text: done.value };
    } catch (error) {
      if (error instanceof UltronexError) return { outcome: 'failed', text: escapeMrkdwn(error.message) };
      log.error({ err: error, effect: name }, 'an effect failed');
      return { outcome: 'failed', text: `\`${name}\` failed; the log has the reason, by the trace ${asker.trace}.` };
    }
  }

  /** The effect may have been performed. Performing it twice is worse than an unknown outcome. */
  function unknown({ name }: WrittenEffect): { outcome: EffectOutcome; text: string } {
    const text = `How \`${name}\` ended is not known: it was begun and its end never came. Look whether it was done before you ask for it again.`;
    return { outcome: 'unknown', text };
  }

  function messageOf({ asker }: WrittenEffect, text: string): NewDelivery {
    const { team, channel, threadTs, user, isPrivate, trace } = asker;
    const draft = {
      source: 'command',
      trace,
      team,
      destination: inSlack(channel),
      threadTs,
      text,
      ...(isPrivate && { onlyFor: user }),
    };
    return compose(stamp(), draft);
  }

  const poll = createPoll({
    timer: clock,
    everyMs: pollMs,
    run: performDue,
    onError: (error) => log.error({ err: error }, 'effects could not be claimed; trying again'),
  });

  return {
    async outcome(id, ms) {
      const { promise, resolve } = deferred<string>();
      waiting.set(id, resolve);
      const told = await within(clock, ms, promise);
      // Still waiting: the outcome becomes a message. Otherwise it is being written right now.
      if (told === null && waiting.delete(id)) return null;
      return promise;
    },
    start() {
      store.onEffect(poll.wake);
      poll.start();
    },
    async stop() {
      await poll.stop();
      await Promise.allSettled(underWay.values());
    },
  };
}

/** Returns who asked for the effects of a command. In a direct message nobody else reads the outcome. */
export function askerOf(event: IncomingMessage | CommandRequest): EffectAsker {
  const { team, user, channel, trace } = event;
  const isPrivate = event.kind === 'command' && !channel.startsWith('D');
  return { team, user, channel, trace, isPrivate, ...(event.kind === 'message' && { threadTs: event.threadTs }) };
}
