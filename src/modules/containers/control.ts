import type { Logger } from 'pino';
import type { Action, DockerActor } from '../../docker/index.ts';
import type { Clock } from '../../domain/clock.ts';
import { NotFound } from '../../domain/errors.ts';
import type { Asker, Audit, AuditEntry, AuditOutcome } from './audit.ts';
import type { Container } from './container.ts';
import { ContainerProtected, ControlOff } from './errors.ts';
import type { Deed, Protection } from './protection.ts';
import type { Readings } from './readings.ts';
import { type Request, SecondPersonNeeded, type TwoPerson } from './two-person.ts';

export interface Control {
  /** Resolves with whether control is on; if not, `hint` says how to turn it on. */
  state(): Promise<{ control: boolean; hint: string | null }>;
  /** Finds a container by name. @throws NotFound, DockerUnavailable */
  find(name: string): Promise<Container>;
  /**
   * Runs an action, with its lines in the audit log. With TWO_PERSON a restart, stop or pause runs when a second person asks.
   * @throws ContainerProtected, ControlOff, SecondPersonNeeded, AuditUnavailable, DockerRefused, DockerUnavailable
   */
  act(container: Container, action: Action, asker: Asker, request?: Request): Promise<void>;
  /**
   * Begins an action that lasts, such as a shell: makes the checks of `act` and writes the line `begun`. Resolves with
   * Docker's client and a function that writes the end.
   * @throws ContainerProtected, ControlOff, AuditUnavailable
   */
  begin(container: Container, deed: Deed, asker: Asker): Promise<Begun>;
  /** Writes a refusal to the audit log that the caller decided. */
  refuse(container: string, deed: string, asker: Asker, why: string): Promise<void>;
}

interface Begun {
  docker: DockerActor;
  end(outcome: AuditOutcome, detail?: string): Promise<void>;
}

export interface ControlParts {
  readings: Readings;
  protection: Protection;
  audit: Audit;
  /** Null if control is off. */
  actor: DockerActor | null;
  /** Null: one person is enough. */
  twoPerson: TwoPerson | null;
  clock: Clock;
  log: Logger;
  newId(): string;
}

const howTo =
  'To turn control on, put COMPOSE_PROFILES=control and DOCKER_ACT_URL=http://docker-act:2375 into .env and run `docker compose up -d`.';
const stateFreshMs = 5_000;
/** Actions for which TWO_PERSON wants a second person. */
const shared: readonly Action[] = ['restart', 'stop', 'pause'];

export function createControl({
  readings,
  protection,
  audit,
  actor,
  twoPerson,
  clock,
  log,
  newId,
}: ControlParts): Control {
  let known: { at: number; hint: Promise<string | null> } | null = null;

  async function ask(): Promise<string | null> {
    if (actor === null) return `Containers can only be looked at. ${howTo}`;
    try {
      await actor.ping();
      return null;
    } catch (error) {
      return `The service that controls containers is not available: ${(error as Error).message} ${howTo}`;
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
    return (outcome: AuditOutcome, detail = ''): AuditEntry => ({
      id,
      at: clock.now(),
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
      // The action has ended, so a failed write is only logged.
      end: (outcome, detail) =>
        write(entry(outcome, detail)).catch((error) =>
          log.error({ err: error }, 'the end of an action could not be written to the audit log'),
        ),
    };
  }

  /** Resolves with the person who asked first; null: one is enough. */
  async function secondPerson(container: Container, action: Action, asker: Asker, request: Request) {
    if (twoPerson === null || !shared.includes(action)) return null;
    // An action that is refused anyway needs no second person.
    if (protection.against(container, action) !== null || (await hint()) !== null) return null;
    try {
      return await twoPerson.check(container.name, action, asker.actor, request);
    } catch (error) {
      if (error instanceof SecondPersonNeeded)
        await write(entryOf(asker, action, container.name)('refused', error.message));
      throw error;
    }
  }

  return {
    begin,
    async state() {
      const why = await hint();
      return { control: why === null, hint: why };
    },

    async find(name) {
      const named = (each: Container) => each.name === name;
      // A container that was created just now is not in the known reading.
      const found = (await readings.known()).containers.find(named) ?? (await readings.read()).containers.find(named);
      if (found === undefined) {
        throw new NotFound(`There is no container "${name}". GET /ultronex/containers/list lists them.`);
      }
      return found;
    },

    async act(container, action, asker, request = {}) {
      const first = await secondPerson(container, action, asker, request);
      const { docker, end } = await begin(container, action, asker);
      try {
        await docker.act(container.id, action);
      } catch (error) {
        await end('failed', (error as Error).message);
        throw error;
      } finally {
        readings.forget();
      }
      await end('done', first === null ? '' : `asked for by ${first.name}, too`);
    },

    refuse: (container, deed, asker, why) => write(entryOf(asker, deed, container)('refused', why)),
  };
}
