import type { Commands, CommandTools } from '../commands/index.ts';
import { NotFound, WrongState } from '../domain/errors.ts';
import type { CommandRequest, IncomingEvent, IncomingMessage, IncomingNotice } from '../domain/event.ts';
import type { Role } from '../domain/principal.ts';
import type { CommandReply, EventHandler, Handled, Standing } from '../ports/source.ts';
import type { CounterStore } from '../ports/store.ts';
import type { AcceptStore, UnitOfWork } from '../ports/unit-of-work.ts';
import { answer } from './act.ts';
import { auditOf } from './command-audit.ts';
import { type Decided, type DecideOptions, decideMatch, nothingDecided } from './decide.ts';
import type { Dedupe } from './dedupe.ts';
import type { Detours } from './detours.ts';
import { createEditLimit } from './edit-limit.ts';
import { askerOf, type Effects } from './effects.ts';
import { createPrivateAnswers } from './private-answers.ts';
import { privately, replyOf, withAnswer, withOutcomes } from './replies.ts';
import { type RouteRules, route } from './route.ts';
import { refusals } from './standing.ts';

export interface PipelineOptions extends DecideOptions {
  store: AcceptStore & Pick<CounterStore, 'count'>;
  dedupe: Dedupe;
  rules: RouteRules;
  commands: Commands;
  /** Other workspaces than the operator's: which they are, and the commands that they have. Absent: there are none. */
  others?: { has(team: string): boolean; commands: Commands };
  commandTools: CommandTools;
  /** Resolves with whether the user may give commands; absent: all users may. */
  standing?(event: IncomingMessage | CommandRequest): Promise<Standing>;
  /** Resolves with the role of a user who may give commands; absent: nobody has one. */
  roleOf?(event: IncomingMessage | CommandRequest): Promise<Role | null>;
  /** Resolves with whether the user is a full member of the workspace; absent: nobody is. */
  isMember?(event: IncomingMessage | CommandRequest): Promise<boolean>;
  detours: Detours;
  effects: Pick<Effects, 'outcome'>;
}

/** The effects of an event, and the reply to the user who gave a command. */
interface Decision {
  work: UnitOfWork;
  reply: CommandReply | null;
  /** Effects whose outcomes are part of the reply. */
  awaited?: AwaitedEffect[];
  /** Undoes in memory what the decision reserved there. Called when the decision was not committed. */
  takeBack?(): void;
}

/** `late`: the text when the outcome does not come in time. `askedAt`: milliseconds since the epoch. */
interface AwaitedEffect {
  id: string;
  late: string;
  askedAt: number;
}

/** Decisions of one event, when what it changes is changed by others at the same time. */
const mostTries = 3;

type ActingEvent = Exclude<IncomingEvent, IncomingNotice>;

const nothing: Decision = { work: {}, reply: null };

/** Slack waits 3 s for the answer to a command (docs.slack.dev/interactivity/implementing-slash-commands). */
const answerWithinMs = 2_000;

/**
 * Returns the handler of events: dedupe, route, match or command, act, accept. Decisions are pure. `accept` commits
 * everything at once, and only then is the event acknowledged. An event that causes nothing costs no write.
 */
export function createPipeline(options: PipelineOptions): EventHandler {
  const { store, dedupe, commandTools, metrics, others } = options;
  const isOther = (team: string) => others?.has(team) === true;
  const commandsOf = (team: string) => (isOther(team) ? others?.commands : undefined) ?? options.commands;
  const rules: RouteRules = {
    isCommand: (said, amid, { team }) => commandsOf(team).knows(said, amid),
    ...options.rules,
  };
  const edits = createEditLimit();
  const privateAnswers = createPrivateAnswers(() => options.stamp().now);

  for (const { name } of options.commands.list) metrics.commands.inc({ command: name }, 0);
  metrics.commands.inc({ command: 'unknown' }, 0);

  return async function handle(event: IncomingEvent): Promise<Handled> {
    if (!dedupe.claim(event.key)) {
      metrics.events.inc({ result: 'duplicate' });
      // The acknowledgement counts for the first one, too: Slack sends neither again.
      await dedupe.ended(event.key);
      return { duplicate: true, reply: null };
    }
    try {
      if (event.kind === 'notice') return await dedupe.during(event.key, record(event));
      const to = route(event, rules);
      metrics.events.inc({ result: to.to });
      if (to.to === 'command') return await dedupe.during(event.key, obeyAndAccept(event, to.text));
      return await accept(event, decide(event, to));
    } catch (error) {
      dedupe.release(event.key);
      throw error;
    }
  };

  async function record({ key, recorded }: IncomingNotice): Promise<Handled> {
    metrics.events.inc({ result: 'record' });
    const { duplicate } = await store.accept({ key, events: [recorded] });
    return { duplicate, reply: null };
  }

  /** A command whose incident, job or state was changed between decision and commit is decided again. */
  async function obeyAndAccept(event: IncomingMessage | CommandRequest, text: string): Promise<Handled> {
    for (let tries = 1; ; tries += 1) {
      const { command, ...decision } = await obey(event, text);
      if (tries === 1) metrics.commands.inc({ command });
      if (event.kind === 'command' && decision.reply?.wrong !== undefined) return await leaveOpen(event, decision);
      try {
        return await accept(event, decision);
      } catch (error) {
        const conflict = error instanceof WrongState || error instanceof NotFound;
        const { incidents = [], jobs = [], state = [] } = decision.work;
        const isDecidedAgain = incidents.length + jobs.length > 0 || state.some(({ was }) => was !== undefined);
        if (!conflict || !isDecidedAgain) throw error;
        if (tries === mostTries) return accept(event, busy(event));
      }
    }
  }

  /** The form that gave the command may be sent again: its event has not acted. */
  async function leaveOpen(event: CommandRequest, { work: { audit }, reply }: Decision): Promise<Handled> {
    if (audit?.length) await store.accept({ audit });
    dedupe.release(event.key);
    return { duplicate: false, reply };
  }

  function busy(event: IncomingMessage | CommandRequest): Decision {
    const text = 'That was changed by somebody else just now; please try again.';
    if (event.kind === 'command') return { work: {}, reply: { text } };
    return { work: withAnswer({}, privately(event, text, options.stamp())), reply: null };
  }

  function decide(event: ActingEvent, to: Exclude<ReturnType<typeof route>, { to: 'command' }>): Decision {
    if (to.to === 'ignore') return nothing;
    const message = event as IncomingMessage;
    if (!edits.allows(message)) return nothing;
    const { unit, takeBack } = to.to === 'unknown' ? nothingDecided : decideMessage(message, to.to);
    return { work: to.unknown === undefined ? unit : withHint(unit, message, to.unknown), reply: null, takeBack };
  }

  /** A message that cannot be matched at once becomes scan work. */
  function decideMessage(message: IncomingMessage, to: 'match' | 'scan'): Decided {
    const decided = to === 'match' ? matchNow(message) : null;
    const { recorded: _, ...scan } = message;
    return decided ?? { unit: { scan }, takeBack() {} };
  }

  /** Null: an earlier message of the channel is still being matched, so this one has to wait; or see `decideMatch`. */
  function matchNow(message: IncomingMessage): Decided | null {
    if (options.detours.isOpen(message)) return null;
    const decided = decideMatch(message, options);
    if (decided?.unit.deliveries) edits.count(message);
    return decided;
  }

  /** Tells the author alone that a message to the bot is no command, unless the message got a reply. */
  function withHint(work: UnitOfWork, message: IncomingMessage, said: string): UnitOfWork {
    if (work.deliveries?.some(({ source }) => source === 'reply')) return work;
    const { reply, misspelt } = commandsOf(message.team).explain(said, commandTools);
    if (!privateAnswers.isDue(message, misspelt ? 'misspelt' : 'talk')) return work;
    metrics.commands.inc({ command: 'unknown' });
    return withAnswer(work, privately(message, reply, options.stamp()));
  }

  async function obey(event: IncomingMessage | CommandRequest, text: string): Promise<Decision & { command: string }> {
    const { team, user, channel } = event;
    const standing = (await options.standing?.(event)) ?? 'member';
    if (standing !== 'member') return refuse(event, standing);
    const stamp = options.stamp();
    const role = (await options.roleOf?.(event)) ?? null;
    const isMember = async () => (await options.isMember?.(event)) ?? false;
    const asked = { team, user, channel, role, isMember, now: stamp.now };
    const done = await commandsOf(team).run(text, asked, commandTools);
    const { command, changes = [], incidents, jobs, edits, deliveries = [], state } = done;
    const acts = auditOf(changes, event, stamp, options.tracking);
    const audit = [...(isOther(team) ? acts.map((act) => ({ ...act, team })) : acts), ...(done.audit ?? [])];
    const counts = { team, by: { replied_msg_count: 1 } };
    const work: UnitOfWork = { changes, incidents, jobs, edits, deliveries, state, audit, counts };
    const reply = replyOf(done);
    const effects = (done.effects ?? []).map((effect) => ({ ...effect, id: stamp.newId() }));
    if (effects.length > 0)
      work.effects = effects.map(({ late: _late, ...effect }) => ({ ...effect, asker: askerOf(event) }));
    const awaited = effects.map(({ id, late }) => ({ id, late, askedAt: stamp.now }));
    if (event.kind === 'command') return { command, work, reply, awaited };
    // The outcome of the effect is a message of its own.
    if ((done.reply === '' && effects.length > 0) || done.isPosted) return { command, work, reply: null };
    return {
      command,
      work: { ...work, deliveries: [...deliveries, answer(event, reply, 'command', stamp)] },
      reply: null,
    };
  }

  function refuse(event: IncomingMessage | CommandRequest, why: Exclude<Standing, 'member'>) {
    const command = 'refused';
    if (event.kind === 'command') return { command, work: {}, reply: { text: refusals[why] } };
    if (!privateAnswers.isDue(event, 'refused')) return { command, ...nothing };
    return { command, work: withAnswer({}, privately(event, refusals[why], options.stamp())), reply: null };
  }

  async function accept(event: ActingEvent, decision: Decision): Promise<Handled> {
    const { work, reply, awaited = [], takeBack = () => {} } = decision;
    const events = event.kind === 'message' && event.recorded !== undefined ? [event.recorded] : [];
    const effective =
      events.length > 0 ||
      work.deliveries?.length ||
      work.changes?.length ||
      work.effects?.length ||
      work.scan ||
      event.kind === 'command';
    if (!effective) {
      store.count(event.team, 'total_msg_count');
      return { duplicate: false, reply };
    }
    const counts = { team: event.team, by: { ...work.counts?.by, total_msg_count: 1 } };
    // Entered before the commit, so that a message that arrives during the commit cannot overtake this one.
    const detour = work.scan?.files.length === 0 ? work.scan : null;
    if (detour !== null) options.detours.enter(detour);
    const undo = () => {
      if (detour !== null) options.detours.leave(detour);
      takeBack();
    };
    const outcomes = awaited.map(outcomeOf);
    const accepted = dedupe.during(event.key, store.accept({ ...work, counts, events, key: event.key }));
    const { duplicate } = await accepted.catch((error) => {
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

  /** The command itself may have used a part of the time. */
  async function outcomeOf({ id, late, askedAt }: AwaitedEffect): Promise<string> {
    const leftMs = answerWithinMs - Math.max(0, options.stamp().now - askedAt);
    return (await options.effects.outcome(id, Math.max(0, leftMs))) ?? late;
  }
}
