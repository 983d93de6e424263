import type { Answer, Asked, BotCommand } from '../../commands/index.ts';
import { compose, type Stamp } from '../../domain/compose.ts';
import type { NewDelivery } from '../../domain/delivery.ts';
import { inSlack } from '../../domain/destination.ts';
import { code } from '../../domain/inline-code.ts';
import type { Job } from '../../domain/job.ts';
import { isSameActor } from '../../domain/principal.ts';
import type { Names } from '../../domain/visible-text.ts';
import type { StateStore } from '../../ports/store.ts';
import { answering, createAskedInSlack } from './asked-in-slack.ts';
import { labelOf, shortId, whoText } from './slack-text.ts';
import type { JobAsker, Jobs } from './types.ts';

export interface ProposeParts {
  jobs: Pick<Jobs, 'plan'>;
  /** Makes the message that shows a new run to everybody in a channel. */
  cardOf(job: Job & { card: string }, channel: string): NewDelivery;
  names: Names;
  stamp(): Stamp;
  store: StateStore;
}

/** Time to confirm, milliseconds. */
const confirmWithinMs = 5 * 60_000;
const jobName = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** A stored proposal: one person asks for a run, and another one starts it. */
interface Proposal {
  by: JobAsker['actor'];
  /** Milliseconds since the epoch. */
  at: number;
  /** The id that its run gets, so that two people who confirm at once start one run. */
  job: string;
}

/** Returns `propose JOB`, by which one person asks for a run, and `run proposed JOB`, by which another one starts it. */
export function createProposeCommands({ jobs, cardOf, names, stamp, store }: ProposeParts): BotCommand[] {
  const { askerOf, guestsMayNot, entryOf, refused, auditing } = createAskedInSlack(stamp);

  const propose = command('propose', 'asks for a run of a job, which another person confirms', async (asked, name) => {
    const by = askerOf(asked);
    // Nothing of it is kept: a run that would be refused needs no second person.
    const planned = await jobs.plan({ name, arguments: {} }, by);
    const known = await proposalOf(name, asked.now);
    if (known !== null) return { reply: `${whoText(known.by, names)} has asked for it already. ${remedy(name)}` };
    const { newId } = stamp();
    const proposal = { by: by.actor, at: asked.now, job: newId() } satisfies Proposal;
    const text = `${whoText(by.actor, names)} asks for a run of ${labelOf(planned)}. Somebody else can confirm it within 5 minutes.`;
    const buttons = [{ label: `Run ${name}`, command: `run proposed ${name}`, style: 'danger' as const }];
    const { team, channel } = asked;
    return {
      ...{ reply: 'Another person has to confirm it within 5 minutes.', isPosted: true },
      deliveries: [compose(stamp(), { team, destination: inSlack(channel), source: 'jobs', text, buttons })],
      state: [{ name: stateName(name), value: JSON.stringify(proposal) }],
      audit: [entryOf(asked, 'job start', name, 'refused', 'a second person has to confirm it')],
    };
  });

  const confirm: BotCommand = {
    ...command('run proposed', 'runs a job that another person asked for', async (asked, name) => {
      const by = askerOf(asked);
      const proposal = await proposalOf(name, asked.now);
      if (proposal === null) {
        return {
          reply: `Nobody has asked for ${code(name)} within 5 minutes. ${code(`propose ${name}`)} asks for it.`,
        };
      }
      if (isSameActor(proposal.by, by.actor)) return { reply: `You asked for it. ${remedy(name)}` };
      const card = stamp().newId();
      const job = { ...(await jobs.plan({ name, arguments: {} }, by, { card })), id: proposal.job };
      return {
        ...{ reply: `Started ${labelOf(job)}, run ${code(shortId(job.id))}.`, isPosted: true, jobs: [job] },
        deliveries: [cardOf({ ...job, card }, asked.channel)],
        state: [{ name: stateName(name), value: null }],
        audit: [entryOf(asked, 'job start', name, 'done', `${job.id}, asked for by ${proposal.by.name}, too`)],
      };
    }),
    accepts: (args) => jobName.test(args),
  };

  function command(name: string, summary: string, act: (asked: Asked, job: string) => Promise<Answer>): BotCommand {
    return {
      ...{ name, usage: `${name} <job>`, summary },
      run: (asked) =>
        answering(async () => {
          const job = asked.args.replaceAll('`', '');
          if (!jobName.test(job))
            return { reply: `Say which one: ${code(`${name} restart-worker`)}. \`jobs\` lists them.` };
          const why = await guestsMayNot(asked);
          if (why !== null) return refused(asked, 'job start', job, why);
          return auditing(asked, 'job start', job, () => act(asked, job));
        }),
    };
  }

  /** Null: there is none that can still be confirmed. A time in the future was written while the clock was ahead. */
  async function proposalOf(name: string, now: number): Promise<Proposal | null> {
    const stored = await store.state(stateName(name));
    const proposal = stored === null ? null : (JSON.parse(stored) as Proposal);
    return proposal !== null && proposal.at <= now && now - proposal.at < confirmWithinMs ? proposal : null;
  }

  return [propose, confirm];
}

const remedy = (name: string) => `Somebody else can confirm it with ${code(`run proposed ${name}`)}.`;
const stateName = (name: string) => `jobs:proposed:${name}`;
