import type { Clock } from '../../domain/clock.ts';
import type { Performer } from '../../domain/effect.ts';
import { NotFound, StoreUnavailable, WrongState } from '../../domain/errors.ts';
import { type Incident, isOpenIncident } from '../../domain/incident.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { type Alertmanager, AlertmanagerFailed } from './alertmanager.ts';
import { entry } from './lifecycle.ts';

export interface PerformerParts {
  store: AcceptStore & IncidentStore;
  alertmanager: Alertmanager;
  clock: Pick<Clock, 'now'>;
}

/** A silence until the incident is solved ends by itself after this time, in case its end is lost. Milliseconds. */
const longestMs = 30 * 86_400_000;
const mostTries = 5;

/** Returns the performers that silence the alerts of an incident in Alertmanager, and end those silences. */
export function createSilencePerformers({ store, alertmanager, clock }: PerformerParts): Record<string, Performer> {
  async function find(team: string, argument: string): Promise<Incident> {
    const { number } = JSON.parse(argument) as { number: number };
    const incident = await store.incident(team, number);
    if (incident === null) throw new NotFound(`There is no incident #${number}.`);
    return incident;
  }

  /** Silences that a person ended meanwhile in Alertmanager do not matter. */
  async function end(ids: readonly string[]): Promise<void> {
    for (const id of ids) await alertmanager.end(id);
  }

  async function endAll(team: string, number: number, ids: readonly string[]): Promise<void> {
    await end(ids);
    if (ids.length > 0) await remember(team, number, [], 'silences in Alertmanager ended');
  }

  /** Stores the silences in the incident. Resolves with the incident as it is by then. */
  async function remember(team: string, number: number, silences: readonly string[], text: string) {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const incident = await store.incident(team, number);
      if (incident === null) return null;
      const history = [entry(clock.now(), 'note', text)];
      try {
        await store.accept({ incidents: [{ incident: { ...incident, silences }, history }] });
        return incident;
      } catch (error) {
        if (!(error instanceof WrongState)) throw error;
      }
    }
    throw new StoreUnavailable(`Incident #${number} is being changed by others.`);
  }

  /** The reason alone does not say which incident it is about. */
  async function told<T>(what: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      if (!(cause instanceof AlertmanagerFailed)) throw cause;
      throw new AlertmanagerFailed(`${what}: ${cause.message}`, { cause });
    }
  }

  /** Ends those whose program was killed before it stored them. Their comment tells them. */
  async function endStrays(incident: Incident, but: readonly string[] = []): Promise<void> {
    const found = await alertmanager.find(commentOf(incident));
    await end(found.filter((id) => !but.includes(id)));
  }

  const performers: Record<string, Performer> = {
    async 'silence-alertmanager'(argument, { team, user }) {
      const incident = await find(team, argument);
      const { number, silenced, silences, facts } = incident;
      if (silenced === null || !isOpenIncident(incident)) {
        await told(`A silence of #${number} may still be in Alertmanager`, endStrays(incident));
        return '';
      }
      const until = silenced.until ?? clock.now() + longestMs;
      const by = silenced.by.kind === 'slack' ? `${silenced.by.name} in Slack` : silenced.by.name;
      if (facts.matchers.length === 0) return user === '' ? '' : 'Alertmanager is not asked: the labels are not known.';
      const made: string[] = [];
      try {
        for (const matchers of facts.matchers) {
          const asked = alertmanager.silence(matchers, until, by, commentOf(incident));
          made.push(await told(`#${number} is not silenced in Alertmanager`, asked));
        }
        await told(`The former silence of #${number} is still in Alertmanager`, end(silences));
      } finally {
        // Also those that were made before a failure, so that they end with the incident.
        const ids = made.length === facts.matchers.length ? made : [...silences, ...made];
        const text = `${made.length} of ${facts.matchers.length} silences in Alertmanager`;
        const after = await remember(team, number, ids, text);
        // It was resolved meanwhile.
        if (after !== null && !isSilenced(after)) await endAll(team, number, ids);
      }
      await told(`A former silence of #${number} may still be in Alertmanager`, endStrays(incident, made));
      return user === '' ? '' : 'Alertmanager is silent about it, too.';
    },

    async 'unsilence-alertmanager'(argument, { team, user }) {
      const incident = await find(team, argument);
      // Silenced again meanwhile.
      if (isSilenced(incident)) return '';
      try {
        const ended = endAll(team, incident.number, incident.silences);
        await told(`The silence of #${incident.number} is still in Alertmanager`, ended);
      } catch (error) {
        // The upkeep asks for it again.
        if (user === '' && error instanceof AlertmanagerFailed) return '';
        throw error;
      }
      return user === '' ? '' : 'Its silences in Alertmanager are over, too.';
    },
  };
  // After a crash they are performed again: they end what the first attempt left.
  for (const performer of Object.values(performers)) performer.repeatable = true;
  return performers;
}

const commentOf = ({ number, title }: Incident): string => `Ultronex #${number}: ${title}`;

const isSilenced = (incident: Incident) => incident.silenced !== null && isOpenIncident(incident);
