import { slackDate } from '../../domain/text.ts';
import type { Dyno } from '../../heroku-api/index.ts';
import { inCode as code, oneLine } from './markup.ts';
import { type Seen, wantedOf } from './seen.ts';
import type { AppState, KnownAddon, OpenIncident } from './state.ts';

/** The finding of one look about one possible fault. `unsure` changes nothing. */
export type Verdict = Firing | { part: string; status: 'resolved'; text: string } | { part: string; status: 'unsure' };

interface Firing extends Pick<OpenIncident, 'title' | 'severity' | 'fields'> {
  part: string;
  status: 'firing';
  text: string;
  /** When it began, milliseconds since the epoch; null: now. */
  since: number | null;
}

/** A dyno is down for a short time whenever it restarts: it must be down in two looks that are this far apart. Milliseconds. */
const downMs = 45_000;
/** A new add-on is provisioned within minutes. Milliseconds. */
const provisionMs = 240_000;
/** Dynos that a card lists. */
const mostListed = 20;

/** Judges the dynos of each type. `down`: since when dynos are down, by name. */
export function judgeDynos(app: string, seen: Seen, state: AppState): { verdicts: Verdict[]; down: AppState['down'] } {
  const formation = seen.formation ?? state.formation;
  const wanted = wantedOf(formation, seen.dynos);
  const down: Record<string, number> = {};
  for (const { name, type, state: now } of seen.dynos) {
    if (now === 'down' && (wanted.get(type) ?? 0) > 0) down[name] = Math.min(state.down[name] ?? seen.at, seen.at);
  }
  const staysDown = ({ name }: Dyno) =>
    state.down[name] !== undefined && down[name] !== undefined && seen.at - down[name] >= downMs;
  const types = new Set([...wanted.keys(), ...openTypes(state)]);
  const verdicts = [...types].map((type): Verdict => {
    const mine = seen.dynos.filter((dyno) => dyno.type === type);
    if ((wanted.get(type) ?? 0) === 0)
      return { part: partOf(type), status: 'resolved', text: `No ${code(type)} dynos are wanted.` };
    const crashed = mine.filter(({ state: now }) => now === 'crashed');
    const bad = [...crashed, ...mine.filter(staysDown)];
    if (bad.length > 0) return failing(app, type, mine, bad, crashed.length);
    const isComing = mine.length === 0 || mine.some(({ state: now }) => now === 'starting' || now === 'down');
    if (isComing) return { part: partOf(type), status: 'unsure' };
    return { part: partOf(type), status: 'resolved', text: lines(mine) };
  });
  return { verdicts, down };
}

const openTypes = ({ open }: AppState) =>
  Object.keys(open)
    .filter((part) => part !== 'gone' && !part.startsWith('addon '))
    .map((part) => part.replace(/^type /, ''));

/** A type may have the name of another part, or of what every object inherits, such as `constructor`. */
const partOf = (type: string): string => (type === 'gone' || type in {} ? `type ${type}` : type);

function failing(app: string, type: string, all: readonly Dyno[], bad: readonly Dyno[], crashed: number): Verdict {
  const [first] = bad;
  const who = all.length === 1 && first !== undefined ? first.name : `${bad.length} of ${all.length} ${type} dynos`;
  const are = bad.length === 1 ? 'is' : 'are';
  const what = crashed === bad.length ? 'crashed' : crashed === 0 ? `${are} down` : 'crashed or are down';
  const times = bad.flatMap(({ updatedAt }) => updatedAt ?? []);
  return {
    ...{ part: partOf(type), status: 'firing', severity: crashed > 0 ? 'critical' : 'warning' },
    since: times.length === 0 ? null : Math.min(...times),
    ...{ title: `${app}: ${who} ${what}`, text: lines(all), fields: { app, type } },
  };
}

/** A line for each dyno, those that are wrong first. */
function lines(dynos: readonly Dyno[]): string {
  const rank = ({ state }: Dyno) => (state === 'crashed' ? 0 : state === 'down' ? 1 : 2);
  const sorted = dynos.toSorted((a, b) => rank(a) - rank(b));
  const shown = sorted.slice(0, mostListed).map(({ name, state, updatedAt }) => {
    const since = updatedAt === null ? '' : ` since ${slackDate(updatedAt)}`;
    return `• ${code(name)} ${oneLine(state, 40)}${since}`;
  });
  const more = sorted.length - shown.length;
  return [...shown, ...(more > 0 ? [`+${more} more`] : [])].join('\n');
}

/** Judges the add-ons. `addons`: what is remembered of them. */
export function judgeAddons(
  app: string,
  seen: Seen,
  state: AppState,
): { verdicts: Verdict[]; addons: AppState['addons'] } {
  if (seen.addons === undefined) return { verdicts: [], addons: state.addons };
  const before = new Map((state.addons ?? []).map((addon) => [addon.name, addon]));
  const verdicts: Verdict[] = [];
  const addons = seen.addons.map(({ name, plan, state: now }): KnownAddon => {
    const part = `addon ${name}`;
    if (now === 'provisioned') {
      verdicts.push({ part, status: 'resolved', text: 'It is provisioned.' });
      return { name, plan, state: now, badSince: null };
    }
    const earlier = before.get(name)?.badSince ?? null;
    const badSince = Math.min(earlier ?? seen.at, seen.at);
    if (earlier !== null && seen.at - badSince >= provisionMs) {
      verdicts.push({
        ...{ part, status: 'firing', severity: 'warning', title: `${app}: add-on ${name} is ${now}` },
        ...{ text: `Its plan is ${code(plan)}.`, fields: { app, addon: name }, since: badSince },
      });
    }
    return { name, plan, state: now, badSince };
  });
  for (const part of Object.keys(state.open)) {
    const gone = part.startsWith('addon ') && !addons.some(({ name }) => part === `addon ${name}`);
    if (gone) verdicts.push({ part, status: 'resolved', text: 'The add-on was removed.' });
  }
  return { verdicts, addons };
}
