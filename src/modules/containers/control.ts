import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { NotFound } from '../../domain/errors.ts';
import type { Asker, Audit, AuditEntry, Outcome } from './audit.ts';
import type { Container } from './container.ts';
import type { Action, DockerActor } from './docker/client.ts';
import { ContainerProtected, ControlOff } from './errors.ts';
import type { Deed, Protection } from './protection.ts';
import type { Readings } from './readings.ts';

export interface Control {
  /** Whether containers can be acted on; `hint` says how to turn that on. */
  state(): Promise<{ control: boolean; hint: string | null }>;
  /** By its name, as it is now. @throws NotFound, DockerUnavailable */
  find(name: string): Promise<Container>;
  /** @throws ContainerProtected, ControlOff, AuditUnavailable, DockerRefused, DockerUnavailable */
  act(container: Container, action: Action, asker: Asker): Promise<void>;
  /**
   * What `act` asks before it does a thing, for one that lasts: writes the line of the log that it begins, and answers
   * what is used for it and how to write its end.
   */
  begin(container: Container, deed: Deed, asker: Asker): Promise<Begun>;
  /** Writes a refusal that somebody else decided on. */
  refuse(container: string, deed: string, asker: Asker, why: string): Promise<void>;
}

interface Begun {
  docker: DockerActor;
  end(outcome: Outcome, detail?: string): Promise<void>;
}

export interface ControlParts {
  readings: Readings;
  protection: Protection;
  audit: Audit;
  /** Null: control is off. */
  actor: DockerActor | null;
  clock: Clock;
  log: Logger;
  newId(): string;
}

const howTo =
  'To turn control on, put COMPOSE_PROFILES=control and DOCKER_ACT_URL=http://docker-act:2375 into .env and run `docker compose up -d`.';
const stateFreshMs = 5_000;

export function createControl({ readings, protection, audit, actor, clock, log, newId }: ControlParts): Control {
  let known: { at: number; hint: Promise<string | null> } | null = null;

  async function ask(): Promise<string | null> {
    if (actor === null) return `Containers can only be looked at. ${howTo}`;
    try {
      await actor.ping();
      return null;
    } catch (error) {
      return `The service that acts on containers is not there: ${(error as Error).message} ${howTo}`;
    }
  }

  function hint(): Promise<string | null> {
    if (known === null || clock.monotonic() - known.at >= stateFreshMs) known = { at: clock.monotonic(), hint: ask() };
    return known.hint;
  }

  async function write(entry: AuditEntry): Promise<void> {
    const { outcome, detail } = entry;
    await audit.append(entry);
    const level = outcome === 'failed' || outcome === 'refused' ? 'warn' : 'info';
    log[level]({ audit: entry }, `${entry.action} ${entry.container}: ${outcome}${detail && `, ${detail}`}`);
  }

  const entryOf = (asker: Asker, action: string, container: string) => {
    const id = newId();
    return (outcome: Outcome, detail = ''): AuditEntry => ({
      id,
      at: new Date(clock.now()).toISOString(),
      ...asker,
      action,
      container,
      outcome,
      detail,
    });
  };

  async function begin(container: Container, deed: Deed, asker: Asker): Promise<Begun> {
    const entry = entryOf(asker, deed, container.name);
    const why = protection.against(container, deed);
    if (why !== null) {
      await write(entry('refused', why));
      throw new ContainerProtected(`${container.name}: ${why}`);
    }
    const off = await hint();
    if (off !== null || actor === null) throw new ControlOff(off ?? howTo);
    await write(entry('begun'));
    return {
      docker: actor,
      // It is done by now, whatever becomes of this line.
      end: (outcome, detail) =>
        write(entry(outcome, detail)).catch((error) =>
          log.error({ err: error }, 'the end of a deed is not in the audit log'),
        ),
    };
  }

  return {
    begin,
    async state() {
      const why = await hint();
      return { control: why === null, hint: why };
    },

    async find(name) {
      const named = (each: Container) => each.name === name;
      // One that was made just now is not known yet.
      const found = (await readings.known()).containers.find(named) ?? (await readings.read()).containers.find(named);
      if (found === undefined) {
        throw new NotFound(`There is no container "${name}". GET /ultronex/containers/list lists them.`);
      }
      return found;
    },

    async act(container, action, asker) {
      const { docker, end } = await begin(container, action, asker);
      try {
        await docker.act(container.id, action);
      } catch (error) {
        await end('failed', (error as Error).message);
        throw error;
      } finally {
        readings.forget();
      }
      await end('done');
    },

    refuse: (container, deed, asker, why) => write(entryOf(asker, deed, container)('refused', why)),
  };
}
