import { compose, type Stamp } from '../../domain/compose.ts';
import { inSlack } from '../../domain/destination.ts';
import { localTime } from '../../domain/time-zone.ts';
import type { Names } from '../../domain/visible-text.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { incidentLine } from './line.ts';

export interface DigestParts {
  store: AcceptStore & StateStore & IncidentStore;
  stamp(): Stamp;
  team(): string;
  channel(): string;
  /** `08:30`; null: there is no digest. */
  at: string | null;
  timeZone: string;
  names: Pick<Names, 'user'>;
}

/** The daily message on what is open, and on what happened within a day. */
export interface DailyDigest {
  isOn: boolean;
  /** Posts it when it is due. Once a day, also after a restart and with several programs on a store. */
  post(now: number): Promise<void>;
}

const stateName = 'incidents:digest';
const dayMs = 86_400_000;
const most = { listed: 20, read: 500 };

export function createDigest({ store, stamp, team, channel, at, timeZone, names }: DigestParts): DailyDigest {
  return {
    isOn: at !== null,
    async post(now) {
      if (at === null) return;
      const { date, time } = localTime(now, timeZone);
      const last = await store.state(stateName);
      // At the very first start the digest of today is not made up for.
      if (last === null) return remember(time < at ? localTime(now - dayMs, timeZone).date : date);
      if (time < at || last >= date) return;
      const text = await textOf(now);
      const destination = inSlack(channel());
      const deliveries =
        text === null ? [] : [compose(stamp(), { team: team(), destination, text, source: 'incident' })];
      await store.accept({ key: `incidents:digest:${date}`, deliveries, state: [{ name: stateName, value: date }] });
    },
  };

  async function remember(date: string): Promise<void> {
    await store.accept({ state: [{ name: stateName, value: date }] });
  }

  /** Null: there is nothing to tell. */
  async function textOf(now: number): Promise<string | null> {
    const { items: open } = await store.incidents({ team: team(), open: true }, null, most.read);
    const { items: resolved } = await store.incidents({ team: team(), open: false }, null, most.read);
    const ended = resolved.filter(({ resolvedAt }) => resolvedAt !== null && now - resolvedAt < dayMs);
    if (open.length === 0 && ended.length === 0) return null;
    const heading = `:sunrise: *Incidents*: ${open.length} open, ${ended.length} resolved within a day`;
    const more = open.length - most.listed;
    return [
      heading,
      ...open.slice(0, most.listed).map((each) => `• ${incidentLine(each, now, names)}`),
      ...(more > 0 ? [`… and ${more} more`] : []),
    ].join('\n');
  }
}
