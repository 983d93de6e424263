import type { Answer, Asked, AskedEffect, Command } from '../../commands/index.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Performer } from '../../domain/effect.ts';
import { UltronexError } from '../../domain/errors.ts';
import { code } from '../../domain/inline-code.ts';
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
  /** CONTROL_USERS as it was written. */
  controlUsers: string | undefined;
  clock: Clock;
}

/** Slack waits 3 s for an answer (docs.slack.dev/interactivity/implementing-slash-commands); Docker may take longer. */
const answerWithinMs = 2_000;
/** What Docker takes for a name (moby, `RestrictedNameChars`): what was refused is written down, so it must not be a novel. */
const names = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const mostListed = 60;

/** `containers`, and `restart NAME` for those who may. */
export function createContainerCommands(parts: CommandParts): Command[] {
  const { readings, control, protection, controlUsers = '', clock } = parts;
  const users = new Set(controlUsers.split(/[\s,]+/).filter(Boolean));

  const list: Command = {
    name: 'containers',
    usage: 'containers',
    summary: 'the containers of this machine: state, health, CPU, memory',
    run: () =>
      answering('Docker takes its time; ask again.', async () => {
        const { containers } = await readings.read();
        if (containers.length === 0) return { reply: 'There is no container.' };
        const lines = containers.slice(0, mostListed).map(line);
        const more = containers.length - lines.length;
        return { reply: [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n') };
      }),
  };

  const restart: Command = {
    name: 'restart',
    usage: 'restart <container>',
    summary: 'restarts a container, after a second question',
    run(asked) {
      const [name = '', sure = '', ...rest] = asked.args.replaceAll('`', '').split(/\s+/);
      if (!names.test(name) || rest.length > 0 || (sure !== '' && sure !== 'yes')) {
        return { reply: 'Say which one: `restart &lt;container&gt;`. `containers` lists them.' };
      }
      return answering('Docker takes its time; ask again.', async () => {
        const asker: Asker = { via: 'slack', who: asked.user, from: asked.channel };
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

  function mayNot({ user }: Asked): string | null {
    if (users.size === 0) return 'Nobody may restart containers from Slack; CONTROL_USERS lists who may.';
    return users.has(user) ? null : 'You may not restart containers; CONTROL_USERS lists who may.';
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

  /** A refusal is an answer too. What Docker says after `late` was said is dropped: nothing was done. */
  async function answering(late: string, run: () => Promise<Answer>): Promise<Answer> {
    const answer = run().catch((error) => {
      if (error instanceof UltronexError) return { reply: escapeMrkdwn(error.message) };
      throw error;
    });
    return (await within(clock, answerWithinMs, answer))?.value ?? { reply: late };
  }

  return [list, restart];
}

/** The argument of the effect `restart`. */
interface Restart {
  container: string;
}

const restartOf = (container: string): AskedEffect => ({
  name: 'restart',
  argument: JSON.stringify({ container } satisfies Restart),
  late: `The restart of ${code(container)} takes its time. \`containers\` shows how it is; its outcome is told here.`,
});

/** Restarts a container that the command `restart` named. */
export function createRestart(control: Pick<Control, 'find' | 'act'>): Performer {
  return async (argument, { user, channel }) => {
    const { container } = JSON.parse(argument) as Restart;
    const found = await control.find(container);
    await control.act(found, 'restart', { via: 'slack', who: user, from: channel });
    return `Restarted ${code(found.name)}.`;
  };
}

/** By its name, or by its service when that has one container. */
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
