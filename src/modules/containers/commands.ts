import type { Answer, Asked, AskedEffect, BotCommand } from '../../commands/index.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Button, NewDelivery } from '../../domain/delivery.ts';
import type { Performer } from '../../domain/effect.ts';
import { UltronexError } from '../../domain/errors.ts';
import { code } from '../../domain/inline-code.ts';
import type { Actor } from '../../domain/principal.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import { within } from '../../lib/deadline.ts';
import type { Asker } from './audit.ts';
import type { Container } from './container.ts';
import type { Control } from './control.ts';
import type { Protection } from './protection.ts';
import type { Readings } from './readings.ts';

export interface CommandParts {
  readings: Pick<Readings, 'read'>;
  control: Control;
  protection: Protection;
  clock: Clock;
  /** Whether a restart needs a second operator. */
  twoPerson: boolean;
}

/** Slack waits 3 s for a response (docs.slack.dev/interactivity/implementing-slash-commands); Docker may take longer. */
const answerWithinMs = 2_000;
/** Docker's rule for names (moby, `RestrictedNameChars`), with a limit, since refused names are written to the audit log. */
const names = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const mostListed = 60;

/** Returns the commands `containers`, and `restart NAME` for operators. */
export function createContainerCommands(parts: CommandParts): BotCommand[] {
  const { readings, control, protection, clock, twoPerson } = parts;

  const list: BotCommand = {
    name: 'containers',
    usage: 'containers',
    summary: 'the containers of this machine: state, health, CPU, memory',
    run: () =>
      answering('Docker did not answer in time; please try again.', async () => {
        const { containers } = await readings.read();
        if (containers.length === 0) return { reply: 'There is no container.' };
        const lines = containers.slice(0, mostListed).map(line);
        const more = containers.length - lines.length;
        return { reply: [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n') };
      }),
  };

  const restart: BotCommand = {
    name: 'restart',
    usage: 'restart <container>',
    summary: 'restarts a container, after a confirmation',
    run(asked) {
      const [name = '', sure = '', ...rest] = asked.args.replaceAll('`', '').split(/\s+/);
      if (!names.test(name) || rest.length > 0 || (sure !== '' && sure !== 'yes')) {
        return { reply: 'Say which one: `restart &lt;container&gt;`. `containers` lists them.' };
      }
      return answering('Docker did not answer in time; please try again.', async () => {
        const asker = askerOf(asked.user, asked.channel);
        const why = mayNot(asked);
        if (why !== null) {
          await control.refuse(name, 'restart', asker, why);
          return { reply: why };
        }
        const { containers } = await readings.read();
        const found = findOne(name, containers);
        if (typeof found === 'string') return { reply: found };
        if (sure !== 'yes') return ask(found);
        return { reply: '', effects: [restartOf(found.name)] };
      });
    },
  };

  function mayNot({ role }: Asked): string | null {
    if (role === 'operator' || role === 'admin') return null;
    return 'You may not restart containers; CONTROL_USERS and USERS_FILE list who may.';
  }

  async function ask(container: Container): Promise<Answer> {
    const refused = protection.against(container, 'restart');
    if (refused !== null) return { reply: `${code(container.name)}: ${refused}` };
    const { hint } = await control.state();
    if (hint !== null) return { reply: hint };
    return {
      reply: `Restart ${code(container.name)}? It is ${container.status || container.state}.`,
      buttons: [
        { label: `Restart ${container.name}`.slice(0, 75), command: `restart ${container.name} yes`, style: 'danger' },
      ],
    };
  }

  /** Turns an UltronexError into a reply. If `run` takes too long, replies `late` and ignores its result; it changes nothing. */
  async function answering(late: string, run: () => Promise<Answer>): Promise<Answer> {
    const answer = run().catch((error) => {
      if (error instanceof UltronexError) return { reply: escapeMrkdwn(error.message) };
      throw error;
    });
    return (await within(clock, answerWithinMs, answer))?.value ?? { reply: late };
  }

  const confirm: BotCommand = {
    name: 'confirm',
    usage: 'confirm restart <container>',
    summary: 'confirms a restart that another operator asked for',
    async run(asked) {
      const [, name = ''] = /^restart\s+(\S+)$/i.exec(asked.args.replaceAll('`', '')) ?? [];
      if (!names.test(name)) return { reply: 'Say which one: `confirm restart &lt;container&gt;`.' };
      const why = mayNot(asked);
      if (why === null) return { reply: '', effects: [restartOf(name, true)] };
      await control.refuse(name, 'restart', askerOf(asked.user, asked.channel), why);
      return { reply: why };
    },
  };

  return twoPerson ? [list, restart, confirm] : [list, restart];
}

const askerOf = (user: string, channel: string): Asker => ({
  ...{ actor: { kind: 'slack', name: user }, from: channel, requestId: '' },
});

/** The argument of the effect `restart`. */
interface Restart {
  container: string;
  /** It confirms what another operator asked for. */
  confirms?: boolean;
}

const restartOf = (container: string, confirms = false): AskedEffect => ({
  name: 'restart',
  argument: JSON.stringify({ container, ...(confirms && { confirms }) } satisfies Restart),
  late: `The restart of ${code(container)} takes longer than usual. Its outcome will be posted here; \`containers\` shows its state.`,
});

export interface RestartParts {
  control: Pick<Control, 'find' | 'act'>;
  /** Makes a message to a channel, which everybody there sees. */
  toChannel(channel: string, text: string, button: Button): NewDelivery;
  nameOf(actor: Actor): string;
}

/** Returns the performer of the effect `restart`. When a second person is needed, it asks the channel for one. */
export function createRestart({ control, toChannel, nameOf }: RestartParts): Performer {
  return async (argument, { user, channel }) => {
    const { container, confirms = false } = JSON.parse(argument) as Restart;
    const found = await control.find(container);
    const asker = askerOf(user, channel);
    const text = `${escapeMrkdwn(nameOf(asker.actor))} asks for a restart of ${code(found.name)}. Another operator can confirm it within 5 minutes.`;
    const label = `Confirm restart of ${found.name}`.slice(0, 75);
    const button = { label, command: `confirm restart ${found.name}`, style: 'danger' } as const;
    await control.act(found, 'restart', asker, { confirms, notice: [toChannel(channel, text, button)] });
    return `Restarted ${code(found.name)}.`;
  };
}

/** Finds a container by name, or by a service with a single container. Returns a message when there is none, or several. */
function findOne(name: string, containers: readonly Container[]): Container | string {
  const named = containers.find((each) => each.name === name);
  if (named !== undefined) return named;
  const [only, ...others] = containers.filter(({ service }) => service === name);
  if (only === undefined) return `There is no container ${code(name)}. \`containers\` lists them.`;
  if (others.length === 0) return only;
  return `${code(name)} has ${others.length + 1} containers: ${[only, ...others].map((each) => code(each.name)).join(', ')}.`;
}

function line({ name, state, health, usage, memoryLimit, restarts }: Container): string {
  const limit = memoryLimit === null ? '' : ` of ${megabytes(memoryLimit)}`;
  const facts = [
    health === 'none' ? state : `${state}, ${health}`,
    ...(usage === null || usage.cpuPercent === null ? [] : [`CPU ${usage.cpuPercent.toFixed(1)} %`]),
    ...(usage === null ? [] : [`${megabytes(usage.workingSet)}${limit}`]),
    ...(restarts > 0 ? [`${restarts} restarts`] : []),
  ];
  const sign = state !== 'running' || health === 'unhealthy' ? ':warning: ' : '';
  return `• ${sign}${code(name)} ${facts.join(' · ')}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}
