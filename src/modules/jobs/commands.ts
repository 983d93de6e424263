import type { Answer, Asked, BotCommand } from '../../commands/index.ts';
import { readAssignments } from '../../domain/assignments.ts';
import { cut } from '../../domain/cut.ts';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { code } from '../../domain/inline-code.ts';
import { isEnded, type Job, jobStates } from '../../domain/job.ts';
import { nearest } from '../../domain/nearest.ts';
import { escapeMrkdwn, unescapeMrkdwn } from '../../domain/text.ts';
import { answering, createAskedInSlack } from './asked-in-slack.ts';
import type { Definition } from './definition.ts';
import { formOf } from './form.ts';
import { createProposeCommands, type ProposeParts } from './propose.ts';
import { jobLine, labelOf, nameOf, shortId } from './slack-text.ts';
import type { JobRequest, Jobs } from './types.ts';
import { definitionLines, exampleOf, usageText } from './usage-text.ts';

export interface JobCommandParts extends ProposeParts {
  jobs: Pick<Jobs, 'definitions' | 'plan' | 'planStop' | 'find' | 'list'>;
  /** Whether the workspace opens forms; the simulator does not. */
  hasForms: boolean;
}

const mostListed = 10;
/** One page of the store. */
const pageSize = 200;
/** As many as may wait or run. */
const mostPages = 10;
const openStates = jobStates.filter((state) => !isEnded({ state }));
/** A job with its defaults. Keyboards make a dash of two hyphens. */
const noArguments = /^\s*(?:--|—)\s*$/;
/** The id of a run, or its beginning. */
const idLike = /^[0-9a-f]{8}(?:-[0-9a-f-]{0,27})?$/i;

/** Returns the commands `run`, `run again`, `jobs`, `stop job`, and those for two people. Guests may give none of them; a job says which role runs it. */
export function createJobCommands({ jobs, cardOf, names, stamp, hasForms, store }: JobCommandParts): BotCommand[] {
  const { askerOf, guestsMayNot, entryOf, refused, auditing } = createAskedInSlack(stamp);

  const run: BotCommand = {
    name: 'run',
    usage: 'run <job> [NAME=value …]',
    summary: 'runs a job; its output follows in a thread',
    run: (asked) =>
      answering(async () => {
        const [, word = '', rest = ''] = /^(\S+)(.*)$/s.exec(asked.args) ?? [];
        const name = cut(unescapeMrkdwn(word.replaceAll('`', '')), 60, () => '…');
        const why = await guestsMayNot(asked);
        if (why !== null) return refused(asked, 'job start', name, why);
        const all = jobs.definitions();
        if (name === '') return { reply: listText() };
        const definition = all.find((each) => each.name === name);
        if (definition === undefined) return { reply: unknown(name) };
        if (rest.trim() === '' && Object.keys(definition.arguments).length > 0) return askFor(definition, asked);
        const given = noArguments.test(rest) ? '' : rest;
        const example = ` Example: ${code(exampleOf(definition))}`;
        return start(asked, () => ({ name, arguments: readAssignments(given, names) }), name, example);
      }),
  };

  const again: BotCommand = {
    name: 'run again',
    usage: 'run again <id>',
    summary: 'runs a job once more, with the same arguments',
    accepts: (args) => idLike.test(args),
    run: (asked) =>
      answering(async () => {
        const why = await guestsMayNot(asked);
        if (why !== null) return refused(asked, 'job start', asked.args, why);
        const { name, place, arguments: given, timeoutMs, ...job } = await find(asked.args);
        const request = name === null ? { name, place, arguments: given, timeoutMs } : { name, arguments: given };
        return start(asked, () => request, nameOf({ ...job, name, place }), '');
      }),
  };

  const stop: BotCommand = {
    name: 'stop job',
    usage: 'stop job <id>',
    summary: 'stops a run; `jobs` shows the ids',
    accepts: (args) => idLike.test(args),
    run: (asked) =>
      answering(async () => {
        const why = await guestsMayNot(asked);
        if (why !== null) return refused(asked, 'job stop', asked.args, why);
        const found = await find(asked.args);
        const label = labelOf(found);
        return auditing(asked, 'job stop', found.id, async () => {
          const job = await jobs.planStop(found.id, askerOf(asked));
          if (found.stopAsked !== null) return { reply: `${label} is being stopped already.` };
          const audit = [entryOf(asked, 'job stop', found.id, 'done', nameOf(job))];
          return { reply: `Stopping ${label}.`, jobs: [job], audit };
        });
      }),
  };

  const list: BotCommand = {
    name: 'jobs',
    usage: 'jobs',
    summary: 'the last runs of jobs, and the jobs that there are',
    run: (asked) =>
      answering(async () => {
        const why = await guestsMayNot(asked);
        if (why !== null) return { reply: why };
        const { items } = await jobs.list({}, null, mostListed);
        const runs = items.map((job) => `• ${jobLine(job, names)}`);
        return { reply: [...runs, listText()].join('\n') };
      }),
  };

  function listText(): string {
    const lines = definitionLines(jobs.definitions());
    if (lines.length > 0) return ['These jobs can be run:', ...lines].join('\n');
    return 'No job is defined. A file of JOBS_DIR defines jobs; the API runs others, too.';
  }

  function unknown(name: string): string {
    const all = jobs.definitions().map((each) => each.name);
    const like = nearest(name, all);
    const hint = like === null ? '`jobs` lists them.' : `Did you mean ${code(like)}?`;
    return `There is no job ${code(name)}. ${hint}`;
  }

  /** Shows how a job is run, with a form for those who may run it. */
  async function askFor(definition: Definition, asked: Asked): Promise<Answer> {
    const { name } = definition;
    return auditing(asked, 'job start', name, async () => {
      try {
        // Nothing of it is kept: who may not run it is told before they fill in a form.
        await jobs.plan({ name, arguments: {} }, askerOf(asked));
      } catch (error) {
        if (!(error instanceof InvalidRequest)) throw error;
      }
      const reply = usageText(definition);
      if (!hasForms) return { reply };
      return { reply, form: formOf(definition), buttons: [{ label: 'Fill in…', command: `run ${name}` }] };
    });
  }

  async function start(asked: Asked, read: () => JobRequest, target: string, example: string): Promise<Answer> {
    return auditing(asked, 'job start', target, async () => {
      const card = stamp().newId();
      let job: Job;
      try {
        job = await jobs.plan(read(), askerOf(asked), { card });
      } catch (error) {
        if (!(error instanceof InvalidRequest)) throw error;
        return { reply: `${escapeMrkdwn(error.message)}${example}`, wrong: { [error.field]: error.message } };
      }
      return {
        reply: `Started ${labelOf(job)}, run ${code(shortId(job.id))}. Its message in this channel shows it, and so does \`jobs\`.`,
        isPosted: true,
        jobs: [job],
        deliveries: [cardOf({ ...job, card }, asked.channel)],
        audit: [entryOf(asked, 'job start', target, 'done', job.id)],
      };
    });
  }

  /** Finds a run by its id or the beginning of it. Those that have not ended come first. @throws NotFound */
  async function find(written: string): Promise<Job> {
    const id = written.toLowerCase();
    if (id.length === 36) return jobs.find(id);
    const open = (await unfinished()).filter((job) => job.id.startsWith(id));
    const found =
      open.length > 0 ? open : (await jobs.list({}, null, pageSize)).items.filter((job) => job.id.startsWith(id));
    const [only, ...others] = found;
    if (only === undefined) throw new NotFound(`There is no run ${id}. \`jobs\` lists the last ones.`);
    if (others.length === 0) return only;
    throw new NotFound(`${found.length} runs begin with ${id}: ${found.map((job) => job.id).join(', ')}.`);
  }

  async function unfinished(): Promise<Job[]> {
    const found: Job[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < mostPages; page += 1) {
      const { items, next } = await jobs.list({ states: openStates }, cursor, pageSize);
      found.push(...items);
      if (next === null) break;
      cursor = next;
    }
    return found;
  }

  return [run, again, list, stop, ...createProposeCommands({ jobs, cardOf, names, stamp, store })];
}
