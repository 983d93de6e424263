import type { Answer, Asked, BotCommand } from '../../commands/index.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { Performer } from '../../domain/effect.ts';
import { NotFound } from '../../domain/errors.ts';
import { escapeMrkdwn, unescapeMrkdwn } from '../../domain/text.ts';
import type { Beats } from './beats/types.ts';
import type { CheckNow } from './check-now.ts';
import type { CheckState, CheckStatus, Checks, Result } from './result.ts';
import { targetOf } from './target.ts';
import { countsOf } from './watch-route.ts';

export interface WatchCommandParts {
  checks: Pick<Checks, 'list'>;
  checkNow: CheckNow;
  beats: Pick<Beats, 'list'>;
}

const mostListed = 30;
/** In the order of the list; the others are only counted. */
const listed: readonly CheckState[] = ['down', 'failing', 'maintenance'];
const signs: Record<CheckState, string> = {
  down: ':x:',
  failing: ':warning:',
  maintenance: ':construction:',
  up: ':white_check_mark:',
  pending: ':hourglass_flowing_sand:',
};

/** Returns the commands `checks` and `check NAME`. */
export function createWatchCommands({ checks, checkNow, beats }: WatchCommandParts): BotCommand[] {
  const list: BotCommand = {
    name: 'checks',
    usage: 'checks',
    summary: 'what is down or late, and how many checks are up',
    run({ now }) {
      const all = checks.list();
      const allBeats = beats.list();
      if (all.length + allBeats.length === 0)
        return { reply: 'Nothing is watched yet: a file `watch/my.yaml` lists what to check.' };
      const wrong = listed.flatMap((state) => all.filter((each) => each.state === state));
      const lines = [
        ...wrong.map((status) => lineOf(status, now)),
        ...allBeats
          .filter(({ state }) => state === 'late' || state === 'failed')
          .map(({ beat, problem, state }) => `:x: *${escapeMrkdwn(beat.name)}* ${escapeMrkdwn(problem ?? state)}`),
      ];
      const shown = lines.slice(0, mostListed);
      const more = lines.length - shown.length;
      return {
        reply: [...shown, ...(more > 0 ? [`… and ${more} more`] : []), summaryOf(all, allBeats)].join('\n'),
      };
    },
  };

  const check: BotCommand = {
    name: 'check',
    usage: 'check <name>',
    summary: 'makes a check now',
    async run(asked) {
      const name = nameIn(asked.args);
      if (name === '' || /\s/.test(name)) {
        return { reply: 'Say which one: `check shop`. `checks` lists what is down, and the page Watch all of them.' };
      }
      const why = await mayNot(asked);
      if (why !== null) return { reply: why };
      return answering(() => {
        const { check } = checkNow.find(name);
        const argument = JSON.stringify({ name: check.name });
        const late = `${escapeMrkdwn(check.name)} has not answered yet; the result follows.`;
        return { reply: '', effects: [{ name: 'check', argument, late }] };
      });
    },
  };

  return [list, check];
}

/** Returns the performer of the command `check`. */
export function createWatchPerformers(checkNow: CheckNow): Record<string, Performer> {
  const check: Performer = async (argument) => {
    const { name } = JSON.parse(argument) as { name: string };
    return resultText(name, await checkNow.run(name));
  };
  // An attempt more does no harm.
  check.repeatable = true;
  return { check };
}

function resultText(name: string, { failure, ownFault, note, ms }: Result): string {
  const title = `*${escapeMrkdwn(name)}*`;
  if (ownFault) return `:warning: ${title}: this program was too busy to check it. Try again.`;
  if (failure !== null) return `:x: ${title}: ${escapeMrkdwn(failure.text)}`;
  return `:white_check_mark: ${title}: ${escapeMrkdwn(note === '' && ms !== null ? `${Math.round(ms)} ms` : note)}`;
}

function lineOf({ check, state, since, last }: CheckStatus, now: number): string {
  const lasts = since === null ? '' : ` for ${formatDuration(Math.max(0, now - since))}`;
  const reason = state === 'maintenance' ? '' : (last?.failure?.text ?? '');
  const head = `${signs[state]} *${escapeMrkdwn(check.name)}* ${stateWords[state]}${lasts}`;
  return `${head}: ${escapeMrkdwn(reason === '' ? targetOf(check.probe) : reason)}`;
}

const stateWords: Record<CheckState, string> = {
  down: 'down',
  failing: 'failing',
  maintenance: 'in maintenance',
  up: 'up',
  pending: 'not checked yet',
};

function summaryOf(all: readonly CheckStatus[], beats: ReturnType<Beats['list']>): string {
  const counts = countsOf(all);
  const parts = (Object.keys(stateWords) as CheckState[])
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${stateWords[state]}`);
  const sentences =
    all.length === 0 ? [] : [`${all.length} ${all.length === 1 ? 'check' : 'checks'}: ${parts.join(', ')}.`];
  if (beats.length > 0) {
    const fine = beats.filter(({ state }) => state === 'ok' || state === 'running').length;
    const waiting = beats.filter(({ state }) => state === 'waiting').length;
    const wrong = beats.length - fine - waiting;
    const parts = [
      ...(wrong > 0 ? [`${wrong} late or failed`] : []),
      `${fine} in time`,
      ...(waiting > 0 ? [`${waiting} waiting for the first ping`] : []),
    ];
    sentences.push(`${beats.length} ${beats.length === 1 ? 'beat' : 'beats'}: ${parts.join(', ')}.`);
  }
  return sentences.join(' ');
}

/** Slack makes a link of a name such as `shop.example.com`. */
const nameIn = (args: string) =>
  unescapeMrkdwn(
    args
      .replaceAll('`', '')
      .trim()
      .replace(/^<[^<>|]+\|([^<>|]+)>$/, '$1'),
  );

async function mayNot({ role, isMember }: Asked): Promise<string | null> {
  if (role === 'viewer') return 'You may look at checks, but not make them; USERS_FILE says so.';
  return role !== null || (await isMember()) ? null : 'Only members of this workspace may do that, not guests.';
}

function answering(run: () => Answer): Answer {
  try {
    return run();
  } catch (error) {
    if (error instanceof NotFound) return { reply: escapeMrkdwn(error.message) };
    throw error;
  }
}
