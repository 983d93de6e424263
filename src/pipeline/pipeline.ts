import type { Commands, CommandTools } from '../commands/index.ts';
import type { Stamp } from '../domain/compose.ts';
import type { NewDelivery } from '../domain/delivery.ts';
import type { EffectAsker } from '../domain/effect.ts';
import type { CommandRequest, IncomingEvent, IncomingMessage } from '../domain/event.ts';
import type { EventHandler, Handled, Reply, Standing } from '../ports/source.ts';
import type { CounterStore } from '../ports/store.ts';
import type { AcceptStore, UnitOfWork } from '../ports/unit-of-work.ts';
import { answer, withButtons } from './act.ts';
import { type Decided, type DecideOptions, decideMatch } from './decide.ts';
import type { Dedupe } from './dedupe.ts';
import type { Detours } from './detours.ts';
import { createEditLimit } from './edit-limit.ts';
import type { Effects } from './effects.ts';
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
  effects: Pick<Effects, 'outcome'>;
}

/** What an event causes, and what a command answers to the one who gave it. */
interface Decision {
  work: UnitOfWork;
  reply: Reply | null;
  /** Effects whose outcomes belong to the reply. */
  awaited?: AwaitedEffect[];
  /** It was not committed: what was taken for it in memory is free again. */
  takeBack?(): void;
}

/** `late`: said when the outcome does not come in time. `askedAt`: milliseconds since the epoch. */
interface AwaitedEffect {
  id: string;
  late: string;
  askedAt: number;
}

const nothing: Decision = { work: {}, reply: null };
const nothingDecided: Decided = { unit: {}, takeBack() {} };

/** Slack waits 3 s for the answer to a command (docs.slack.dev/interactivity/implementing-slash-commands). */
const answerWithinMs = 2_000;

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
    const { unit, takeBack } = to.to === 'unknown' ? nothingDecided : await decideMessage(message, to.to);
    return { work: to.unknown === undefined ? unit : withHint(unit, message, to.unknown), reply: null, takeBack };
  }

  /** What cannot be matched at once becomes scan work. */
  async function decideMessage(message: IncomingMessage, to: 'match' | 'scan'): Promise<Decided> {
    const decided = to === 'match' ? await matchNow(message) : null;
    return decided ?? { unit: { scan: message }, takeBack() {} };
  }

  /** Null: an earlier message of the channel is still being matched, behind which this one waits, or see `decideMatch`. */
  async function matchNow(message: IncomingMessage): Promise<Decided | null> {
    if (options.detours.isOpen(message)) return null;
    const decided = await decideMatch(message, options);
    if (decided?.unit.deliveries) edits.count(message);
    return decided;
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
    const effects = (done.effects ?? []).map((effect) => ({ ...effect, id: stamp.newId() }));
    if (effects.length > 0)
      work.effects = effects.map(({ late: _late, ...effect }) => ({ ...effect, asker: askerOf(event) }));
    const awaited = effects.map(({ id, late }) => ({ id, late, askedAt: stamp.now }));
    if (event.kind === 'command') return { work, reply, awaited };
    // The outcome of an effect is told by a message of its own.
    if (done.reply === '' && effects.length > 0) return { work, reply: null };
    return { work: { ...work, deliveries: [answer(event, reply, 'command', stamp)] }, reply: null };
  }

  function refuse(event: IncomingMessage | CommandRequest, why: Exclude<Standing, 'member'>): Decision {
    metrics.commands.inc({ command: 'refused' });
    if (event.kind === 'command') return { work: {}, reply: { text: refusals[why] } };
    if (!privateAnswers.isDue(event, 'refused')) return nothing;
    return { work: withAnswer({}, privately(event, refusals[why], options.stamp())), reply: null };
  }

  async function accept(event: IncomingEvent, decision: Decision): Promise<Handled> {
    const { work, reply, awaited = [], takeBack = () => {} } = decision;
    const effective =
      work.deliveries?.length || work.changes?.length || work.effects?.length || work.scan || event.kind === 'command';
    if (!effective) {
      store.count('total_msg_count');
      return { duplicate: false, reply };
    }
    const counts = { ...work.counts, total_msg_count: 1 };
    // Before the commit: a message that comes in during it must not be faster.
    const detour = work.scan?.files.length === 0 ? work.scan : null;
    if (detour !== null) options.detours.enter(detour);
    const undo = () => {
      if (detour !== null) options.detours.leave(detour);
      takeBack();
    };
    const outcomes = awaited.map(outcomeOf);
    const { duplicate } = await store.accept({ ...work, counts, key: event.key }).catch((error) => {
      undo();
      throw error;
    });
    if (duplicate) {
      undo();
      return { duplicate, reply: reply?.text === '' ? null : reply };
    }
    if (outcomes.length === 0) return { duplicate, reply };
    return { duplicate, reply: withOutcomes(reply, await Promise.all(outcomes)) };
  }

  /** The command itself may have taken some of the time for the answer. */
  async function outcomeOf({ id, late, askedAt }: AwaitedEffect): Promise<string> {
    const leftMs = answerWithinMs - Math.max(0, options.stamp().now - askedAt);
    return (await options.effects.outcome(id, Math.max(0, leftMs))) ?? late;
  }
}

function withOutcomes(reply: Reply | null, outcomes: readonly string[]): Reply {
  const text = [reply?.text ?? '', ...outcomes].filter((part) => part !== '').join('\n');
  return { ...reply, text };
}

/** Whoever asks in a direct message is alone there. */
function askerOf(event: IncomingMessage | CommandRequest): EffectAsker {
  const { team, user, channel, trace } = event;
  const isPrivate = event.kind === 'command' && !channel.startsWith('D');
  return { team, user, channel, trace, isPrivate, ...(event.kind === 'message' && { threadTs: event.threadTs }) };
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
