import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import { compose, type Stamp } from '../domain/compose.ts';
import type { NewDelivery } from '../domain/delivery.ts';
import type { Performer, WrittenEffect } from '../domain/effect.ts';
import { UltronexError } from '../domain/errors.ts';
import { escapeMrkdwn } from '../domain/text.ts';
import { within } from '../lib/deadline.ts';
import { deferred } from '../lib/pause.ts';
import { createPoll } from '../lib/poll.ts';
import type { Metrics } from '../observability/index.ts';
import type { EffectJob, EffectStore } from '../ports/effect-store.ts';

export interface EffectsOptions {
  store: EffectStore;
  /** By the name of the effect. */
  performers: ReadonlyMap<string, Performer>;
  stamp(): Stamp;
  clock: Clock;
  metrics: Pick<Metrics, 'effects'>;
  log: Logger;
}

/** Performs what was accepted as an effect, once each, and tells whoever asked how it ended. */
export interface Effects {
  start(): void;
  /** Takes nothing new and waits for what is under way. */
  stop(): Promise<void>;
  /**
   * What the asker is told, when the effect ends within `ms` milliseconds. Null: it takes longer, or was never accepted;
   * then its outcome becomes a message. To be called before the effect is accepted.
   */
  outcome(id: string, ms: number): Promise<string | null>;
}

const pollMs = 500;
const atOnce = 4;
/** An effect that has not ended by then counts as one whose outcome is unknown. */
const performWithinMs = 90_000;
/** Longer than that, so that nobody else takes an effect that is under way. */
const leaseMs = 120_000;

type Outcome = 'done' | 'failed' | 'unknown';

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
    const { outcome, text } = interrupted ? unknown(effect) : await attempt(effect);
    metrics.effects.inc({ outcome });
    log[outcome === 'done' ? 'info' : 'warn'](
      { trace: asker.trace, effect: name, user: asker.user, outcome },
      'effect',
    );
    const answer = waiting.get(id);
    if (answer === undefined) return store.finishEffect(id, { deliveries: [messageOf(effect, text)] });
    // From here on the asker waits for the commit, so that the outcome is not lost when the time is up during it.
    waiting.delete(id);
    await store.finishEffect(id, {}).finally(() => answer(text));
  }

  async function attempt(effect: WrittenEffect): Promise<{ outcome: Outcome; text: string }> {
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

  /** It may have been done: to do it again is worse than to say so. */
  function unknown({ name }: WrittenEffect): { outcome: Outcome; text: string } {
    const text = `How \`${name}\` ended is not known: it was begun and its end never came. Look whether it was done before you ask for it again.`;
    return { outcome: 'unknown', text };
  }

  function messageOf({ asker }: WrittenEffect, text: string): NewDelivery {
    const { team, channel, threadTs, user, isPrivate, trace } = asker;
    const draft = { source: 'command', trace, team, channel, threadTs, text, ...(isPrivate && { onlyFor: user }) };
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
      // Still waiting: nobody will answer here any more. Else the outcome is being written down.
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
