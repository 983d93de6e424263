import type { CommandTools } from '../commands/command.ts';
import type { Commands } from '../commands/index.ts';
import type { NewDelivery } from '../domain/delivery.ts';
import type { CommandRequest, IncomingEvent, IncomingMessage } from '../domain/event.ts';
import type { EventHandler, Handled, Reply, Standing } from '../ports/source.ts';
import type { CounterStore } from '../ports/store.ts';
import type { AcceptStore, UnitOfWork } from '../ports/unit-of-work.ts';
import { answer, type Stamp, withButtons } from './act.ts';
import { type DecideOptions, decideMatch } from './decide.ts';
import type { Dedupe } from './dedupe.ts';
import type { Detours } from './detours.ts';
import { createEditLimit } from './edit-limit.ts';
import { createPrivateAnswers } from './private-answers.ts';
import { type RouteRules, route } from './route.ts';
import { refusals } from './standing.ts';

export interface PipelineOptions extends DecideOptions {
  store: AcceptStore & Pick<CounterStore, 'count'>;
  dedupe: Dedupe;
  rules: RouteRules;
  commands: Commands;
  commandTools: CommandTools;
  /** Whether its giver may give commands; absent: everybody may. */
  standing?(event: IncomingMessage | CommandRequest): Promise<Standing>;
  detours: Detours;
}

/** What an event causes, and what a command answers to the one who gave it. */
interface Decision {
  work: UnitOfWork;
  reply: Reply | null;
}

const nothing: Decision = { work: {}, reply: null };

/**
 * An event becomes: dedupe, route, match or command, act, accept. Decided purely; `accept` commits it all at once,
 * and only then is the event acknowledged. What causes nothing costs no write.
 */
export function createPipeline(options: PipelineOptions): EventHandler {
  const { store, dedupe, commands, commandTools, metrics } = options;
  const rules: RouteRules = { isCommand: commands.knows, ...options.rules };
  const edits = createEditLimit();
  const privateAnswers = createPrivateAnswers(() => options.stamp().now);

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
    if (!edits.allows(message)) return nothing;
    const work = to.to === 'unknown' ? {} : ((to.to === 'match' ? matchNow(message) : null) ?? { scan: message });
    return { work: to.unknown === undefined ? work : withHint(work, message, to.unknown), reply: null };
  }

  /** Null: an earlier message of the channel is still being matched, behind which this one waits, or see `decideMatch`. */
  function matchNow(message: IncomingMessage): UnitOfWork | null {
    if (options.detours.isOpen(message)) return null;
    const work = decideMatch(message, options);
    if (work?.deliveries) edits.count(message);
    return work;
  }

  /** That something said to the bot is no command is told to its author alone, unless the message was answered anyway. */
  function withHint(work: UnitOfWork, message: IncomingMessage, said: string): UnitOfWork {
    if (work.deliveries?.some(({ source }) => source === 'reply')) return work;
    const { reply, misspelt } = commands.explain(said, commandTools);
    if (!privateAnswers.isDue(message, misspelt ? 'misspelt' : 'talk')) return work;
    metrics.commands.inc({ command: 'unknown' });
    return withAnswer(work, privately(message, reply, options.stamp()));
  }

  async function obey(event: IncomingMessage | CommandRequest, text: string): Promise<Decision> {
    const { team, user, channel } = event;
    const standing = (await options.standing?.(event)) ?? 'member';
    if (standing !== 'member') return refuse(event, standing);
    const stamp = options.stamp();
    const done = await commands.run(text, { team, user, channel, now: stamp.now }, commandTools);
    metrics.commands.inc({ command: done.command });
    const work: UnitOfWork = { changes: done.changes, counts: { replied_msg_count: 1 } };
    const blocks = done.buttons?.length ? withButtons(done.reply, done.buttons) : undefined;
    const reply: Reply = { text: done.reply, blocks };
    if (event.kind === 'command') return { work, reply };
    return { work: { ...work, deliveries: [answer(event, reply, 'command', stamp)] }, reply: null };
  }

  function refuse(event: IncomingMessage | CommandRequest, why: Exclude<Standing, 'member'>): Decision {
    metrics.commands.inc({ command: 'refused' });
    if (event.kind === 'command') return { work: {}, reply: { text: refusals[why] } };
    if (!privateAnswers.isDue(event, 'refused')) return nothing;
    return { work: withAnswer({}, privately(event, refusals[why], options.stamp())), reply: null };
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
    return { duplicate, reply };
  }
}

/** Shown to the author of the message alone: where they wrote it, or in the direct message in which they did. */
function privately(message: IncomingMessage, text: string, stamp: Stamp): NewDelivery {
  const delivery = answer(message, { text }, 'command', stamp);
  return message.channelKind === 'im' ? delivery : { ...delivery, onlyFor: message.user };
}

function withAnswer(work: UnitOfWork, delivery: NewDelivery): UnitOfWork {
  const counts = { ...work.counts, replied_msg_count: (work.counts?.replied_msg_count ?? 0) + 1 };
  return { ...work, counts, deliveries: [...(work.deliveries ?? []), delivery] };
}
