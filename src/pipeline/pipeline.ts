import type { CommandTools } from '../commands/command.ts';
import type { Commands } from '../commands/index.ts';
import type { CommandRequest, IncomingEvent, IncomingMessage } from '../domain/event.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { EventHandler, Handled, Reply } from '../ports/source.ts';
import type { Store, Work } from '../ports/store.ts';
import { answer, forwards, type Stamp, withButtons } from './act.ts';
import type { Dedupe } from './dedupe.ts';
import type { Detours } from './detours.ts';
import { findMatches } from './match.ts';
import { type RouteRules, route } from './route.ts';
import type { LiveTracking } from './tracking.ts';

export interface PipelineOptions {
  store: Store;
  tracking: LiveTracking;
  dedupe: Dedupe;
  rules: RouteRules;
  commands: Commands;
  commandTools: CommandTools;
  /** The motivational bot: what it says to a message, if anything. */
  reply(message: IncomingMessage): string | null;
  stamp(): Stamp;
  metrics: Metrics;
  detours: Detours;
}

/** What an event causes, and what a command answers to the one who gave it. */
interface Decision {
  work: Work;
  reply: Reply | null;
}

const nothing: Decision = { work: {}, reply: null };

/**
 * An event becomes: dedupe, route, match or command, act, accept. Decided purely; `accept` commits it all at once,
 * and only then is the event acknowledged. What causes nothing costs no write.
 */
export function createPipeline(options: PipelineOptions): EventHandler {
  const { store, tracking, dedupe, rules, metrics } = options;

  for (const { name } of options.commands.list) metrics.commands.inc({ command: name }, 0);
  metrics.commands.inc({ command: 'unknown' }, 0);

  return async function handle(event: IncomingEvent): Promise<Handled> {
    if (!dedupe.claim(event.key)) {
      metrics.events.inc({ result: 'duplicate' });
      return { duplicate: true, reply: null };
    }
    try {
      const decision = await decide(event);
      return await accept(event, decision);
    } catch (error) {
      dedupe.release(event.key);
      throw error;
    }
  };

  async function decide(event: IncomingEvent): Promise<Decision> {
    const to = route(event, rules);
    metrics.events.inc({ result: to.to });
    if (to.to === 'ignore') return nothing;
    if (to.to === 'command') return obey(event, to.text);
    const message = event as IncomingMessage;
    if (to.to === 'scan') return { work: { scan: message }, reply: null };
    // An earlier message of the channel is still being matched: this one waits behind it.
    const work = options.detours.isOpen(message) ? null : decideMatch(message, options);
    return { work: work ?? { scan: message }, reply: null };
  }

  async function obey(event: IncomingMessage | CommandRequest, text: string): Promise<Decision> {
    const { team, user, channel } = event;
    const stamp = options.stamp();
    const done = await options.commands.run(text, { team, user, channel, now: stamp.now }, options.commandTools);
    metrics.commands.inc({ command: done.command });
    const work: Work = { changes: done.changes, counts: { replied_msg_count: 1 } };
    const blocks = done.buttons?.length ? withButtons(done.reply, done.buttons) : undefined;
    const reply: Reply = { text: done.reply, blocks };
    if (event.kind === 'command') return { work, reply };
    return { work: { ...work, deliveries: [answer(event, reply, 'command', stamp)] }, reply: null };
  }

  async function accept(event: IncomingEvent, { work, reply }: Decision): Promise<Handled> {
    const effective = work.deliveries?.length || work.changes?.length || work.scan || event.kind === 'command';
    if (!effective) {
      store.count('total_msg_count');
      return { duplicate: false, reply };
    }
    const counts = { ...work.counts, total_msg_count: 1 };
    // Before the commit: a message that comes in during it must not be faster.
    const detour = work.scan?.files.length === 0 ? work.scan : null;
    if (detour !== null) options.detours.enter(detour);
    const { duplicate } = await store.accept({ ...work, counts, key: event.key }).catch((error) => {
      if (detour !== null) options.detours.leave(detour);
      throw error;
    });
    if (duplicate && detour !== null) options.detours.leave(detour);
    if (!duplicate && work.changes) tracking.apply(work.changes);
    return { duplicate, reply };
  }
}

/** Who gets the message, and what the motivational bot has to say to it; null: see `findMatches`. */
export function decideMatch(
  message: IncomingMessage,
  { tracking, metrics, reply, stamp }: Pick<PipelineOptions, 'tracking' | 'metrics' | 'reply' | 'stamp'>,
): Work | null {
  const stopTimer = metrics.matchSeconds.startTimer();
  const matches = findMatches(tracking, message);
  stopTimer();
  if (matches === null) return null;
  const said = reply(message);
  if (matches.length === 0 && said === null) return {};
  const stamped = stamp();
  const forwarded = forwards(message, matches, [], [], stamped);
  const replied = said === null ? [] : [answer(message, { text: said }, 'reply', stamped)];
  if (matches.length > 0) metrics.matches.inc();
  return {
    deliveries: [...forwarded, ...replied],
    counts: { forwarded_msg_count: forwarded.length, replied_msg_count: replied.length },
  };
}
