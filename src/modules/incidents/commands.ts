import type { Answer, Asked, BotCommand } from '../../commands/index.ts';
import type { AuditEntry, AuditOutcome } from '../../domain/audit.ts';
import type { Stamp } from '../../domain/compose.ts';
import { formatDuration, parseDuration } from '../../domain/duration.ts';
import { UltronexError } from '../../domain/errors.ts';
import { escapeMrkdwn, slackDate, unescapeMrkdwn } from '../../domain/text.ts';
import type { Names } from '../../domain/visible-text.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import { type Desk, detailOf, type Wish } from './desk.ts';
import { incidentLine } from './line.ts';
import { longestWindowMs, type Maintenance } from './maintenance.ts';
import { personOf } from './people.ts';

export interface CommandParts {
  store: IncidentStore;
  desk: Desk;
  maintenance: Maintenance;
  names: Pick<Names, 'user'>;
  stamp(): Stamp;
  /** Resolves with the lines of the log around an incident, in mrkdwn. Null: the bot cannot read logs. */
  logsOf: ((number: number) => Promise<string>) | null;
}

const laterKnown = 'Alertmanager has not answered yet; its answer follows.';
const oneNumber = /^#?(\d{1,9})$/;
const mostListed = 30;
/** One page of the store. */
const mostRead = 200;

/** Returns the commands of incidents. Every full member may give them, but those with the role viewer. */
export function createIncidentCommands(parts: CommandParts): BotCommand[] {
  const { store, desk, maintenance, names, stamp, logsOf } = parts;

  const list: BotCommand = {
    name: 'incidents',
    usage: 'incidents',
    summary: 'the open incidents, and what was resolved within a day',
    async run({ team, now }) {
      const { items: open, next } = await store.incidents({ team, open: true }, null, mostRead);
      const { items: resolved } = await store.incidents({ team, open: false }, null, mostRead);
      const ended = resolved.filter(({ resolvedAt }) => resolvedAt !== null && now - resolvedAt < 86_400_000);
      const windows = (await maintenance.windows(now)).map(
        ({ from, until, reason }) =>
          `:construction: Maintenance from ${slackDate(from)} until ${slackDate(until)}${reason && `: ${escapeMrkdwn(reason)}`}`,
      );
      if (open.length + ended.length + windows.length === 0)
        return { reply: ':white_check_mark: There is no incident.' };
      const shown = [...open, ...ended].slice(0, mostListed);
      const more = open.length + ended.length - shown.length;
      const lines = shown.map((each) => `• ${incidentLine(each, now, names)}`);
      return {
        reply: [
          ...windows,
          ...lines,
          ...(more > 0 ? [`… and ${next !== null || ended.length === mostRead ? 'at least ' : ''}${more} more`] : []),
        ].join('\n'),
      };
    },
  };

  const ack = command('ack', '<n>', 'you are on incident #n; its reminders stop', () => ({ act: 'ack' }));
  const mute = command(
    'silence',
    '<n> <2h | until solved | off>',
    'nobody is told of incident #n for that long',
    (rest) => ({ act: 'silence', for: rest }),
    'Say which and for how long: `silence 12 2h`, `silence 12 until solved`, `silence 12 off`.',
  );
  const end = command('resolve', '<n> [note]', 'incident #n is over', (rest) => ({
    act: 'resolve',
    note: rest.slice(0, 1_000),
  }));
  const calm: BotCommand = {
    ...command('stop reminding', '<n>', 'no more reminders of incident #n', () => ({ act: 'stop-reminding' })),
    accepts: (args) => oneNumber.test(args),
  };

  /** A command on one incident. `missing`: the reply without what the command needs. */
  function command(
    name: string,
    usage: string,
    summary: string,
    wishOf: (rest: string) => Wish,
    missing = `Say which one: \`${name} 12\`. \`incidents\` lists them.`,
  ): BotCommand {
    const needsRest = usage.includes('> <');
    return {
      name,
      usage: `${name} ${usage}`,
      summary,
      run: (asked) =>
        answering(async () => {
          const [, digits, rest = ''] = /^#?(\d{1,9})(?:\s+(.*))?$/s.exec(asked.args) ?? [];
          if (digits === undefined || (needsRest && rest === '')) return { reply: missing };
          const number = Number(digits);
          const wish = wishOf(unescapeMrkdwn(rest.trim()));
          const why = await mayNot(asked);
          if (why !== null) return refused(asked, `incident ${wish.act}`, `#${number}`, why);
          const person = personOf({ kind: 'slack', name: asked.user }, names);
          const { msg, unit } = await desk.decide(number, wish, person);
          const effects = unit.effects.map(({ name, argument }) => ({ name, argument, late: laterKnown }));
          return {
            reply: escapeMrkdwn(msg),
            ...unit,
            effects,
            audit: [entryOf(asked, `incident ${wish.act}`, `#${number}`, 'done', detailOf(wish))],
          };
        }),
    };
  }

  function entryOf(
    { user, channel }: Asked,
    action: string,
    target: string,
    outcome: AuditOutcome,
    detail = '',
  ): AuditEntry {
    const { newId, now } = stamp();
    const actor = { kind: 'slack', name: user } as const;
    return { id: newId(), at: now, actor, source: channel, action, target, outcome, detail, requestId: '' };
  }

  const refused = (asked: Asked, action: string, target: string, why: string): Answer => ({
    reply: why,
    audit: [entryOf(asked, action, target, 'refused', why)],
  });

  const windows: BotCommand = {
    name: 'maintenance',
    usage: 'maintenance <2h [reason] | off>',
    summary: 'tells nobody of new incidents for that long; what still fires then is told at the end',
    run: (asked) =>
      answering(async () => {
        const { now } = asked;
        const why = await mayNot(asked);
        if (why !== null) return refused(asked, 'maintenance', asked.args.slice(0, 60), why);
        if (/^(off|end|stop)$/i.test(asked.args)) {
          const { state, ended } = await maintenance.ending(now);
          return ended === 0
            ? { reply: 'There is no maintenance window.' }
            : {
                ...{ reply: 'The maintenance window is over.', state },
                audit: [entryOf(asked, 'maintenance end', `${ended} ${ended === 1 ? 'window' : 'windows'}`, 'done')],
              };
        }
        const [word = '', ...rest] = asked.args.split(/\s+/);
        const ms = /^[\d.]+$/.test(word) ? null : parseDuration(word);
        if (ms === null || ms > longestWindowMs)
          return { reply: 'Say for how long, 7 days at most: `maintenance 2h new disks`. `maintenance off` ends it.' };
        const reason = unescapeMrkdwn(rest.join(' ')).slice(0, 300);
        const by = { kind: 'slack', name: asked.user } as const;
        const state = await maintenance.opening({ from: now, until: now + ms, reason, by }, now);
        return {
          reply: `Maintenance for ${formatDuration(ms)}: nobody is told of new incidents. \`maintenance off\` ends it.`,
          state,
          audit: [entryOf(asked, 'maintenance begin', formatDuration(ms), 'done', reason)],
        };
      }),
  };

  const logs: BotCommand = {
    name: 'logs',
    usage: 'logs <n>',
    summary: 'log lines around the beginning of incident #n',
    run: (asked) =>
      answering(async () => {
        const [, digits] = oneNumber.exec(asked.args) ?? [];
        if (digits === undefined || logsOf === null)
          return { reply: 'Say which one: `logs 12`. `incidents` lists them.' };
        const why = await guestsMayNot(asked);
        return { reply: why ?? (await logsOf(Number(digits))) };
      }),
  };

  return [list, ack, mute, end, calm, windows, ...(logsOf === null ? [] : [logs])];
}

async function mayNot(asked: Asked): Promise<string | null> {
  if (asked.role === 'viewer') return 'You may look at incidents, but not change them; USERS_FILE says so.';
  return guestsMayNot(asked);
}

async function guestsMayNot({ role, isMember }: Asked): Promise<string | null> {
  return role !== null || (await isMember()) ? null : 'Only members of this workspace may do that, not guests.';
}

/** Turns an UltronexError into a reply. */
async function answering(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UltronexError) return { reply: escapeMrkdwn(error.message) };
    throw error;
  }
}
