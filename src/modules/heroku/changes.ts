import { inCode } from './markup.ts';
import type { Seen } from './seen.ts';
import type { AppState, ToldRelease } from './state.ts';
import type { Release } from './types.ts';

/** A message about an app: a release with the changes that came with it, or changes alone. */
export interface News {
  /** Null: changes without a release. */
  release: Release | null;
  /** Lines of mrkdwn. */
  changes: readonly string[];
  /** The part of the state that is stored in the same commit as the message. */
  told: Partial<AppState>;
}

export interface Changes {
  /** Oldest first. */
  news: News[];
  /** The state with everything of the news. */
  state: AppState;
  /** A release is pending, or config vars changed without one: the app should be looked at again soon. */
  isUnsettled: boolean;
  /** Config vars changed, and their release was not seen. */
  waitsForRelease: boolean;
}

/** A release that is pending for longer is told as it is. Milliseconds. */
const pendingMs = 3_600_000;
/** Names that a line lists. */
const mostNames = 20;
/** Releases that are told together after a long absence; Heroku is asked for as many. */
const mostReleases = 5;

/**
 * Compares what was seen with what is remembered. The first reading of an app gives no news.
 * @param isSecond the same change of config vars was seen without its release before
 */
export function changesOf(before: AppState, seen: Seen, isSecond: boolean): Changes {
  const isOther = seen.info !== undefined && before.appId !== '' && seen.info.id !== before.appId;
  const newest = seen.releases?.[0];
  const isFirst = before.version === null || isOther || (newest !== undefined && newest.version < before.version);
  const known: AppState =
    isFirst && newest !== undefined ? { ...before, formation: null, addons: null, vars: null } : before;
  const state: AppState = {
    ...known,
    appId: seen.info?.id ?? known.appId,
    formation: seen.formation ?? known.formation,
    vars: seen.vars ?? known.vars,
  };
  if (isFirst) {
    // Without its releases a reading is not a first one yet.
    if (newest === undefined && seen.releases === undefined) return { news: [], state, ...settled };
    const first = newest === undefined ? { version: 0, release: null } : remembered(newest);
    return { news: [], state: { ...state, ...first }, ...settled };
  }

  const { releases, isPending } = tellable(seen, before.version ?? 0);
  const vars = varsLine(known.vars, seen.vars);
  const others = [formationLine(known, seen), addonsLine(known, seen)].filter((line) => line !== '');
  const ofVars = releases.findLast(({ description }) => aboutVars.test(description));
  // Each change of config vars makes a release, which may be read a moment later than the vars, or be pending.
  const waits = vars !== '' && ofVars === undefined && (isPending || !isSecond);
  const news = releases.map((release): News => {
    const withVars = release === ofVars && vars !== '';
    const told = { ...remembered(release), ...(withVars && { vars: state.vars }) };
    return { release, changes: [...(withVars ? [vars] : []), ...(release === releases.at(-1) ? others : [])], told };
  });
  const alone = [
    ...(vars !== '' && ofVars === undefined && !waits ? [vars] : []),
    ...(releases.length === 0 ? others : []),
  ];
  if (alone.length > 0) news.push({ release: null, changes: alone, told: {} });
  const last = releases.at(-1);
  return {
    news,
    state: {
      ...state,
      vars: waits ? known.vars : state.vars,
      ...(last !== undefined && remembered(last)),
    },
    isUnsettled: waits || isPending,
    waitsForRelease: waits && !isPending,
  };
}

const settled = { isUnsettled: false, waitsForRelease: false };

const remembered = (release: Release) => ({ version: release.version, release: toldRelease(release) });

export const toldRelease = ({ version, by, description, createdAt: at }: Release): ToldRelease => ({
  ...{ version, by, description, at },
});

/** `Set A, B config vars`, and the releases of add-ons, which set some. */
const aboutVars = /config vars?\b|\b(?:un)?setting\b|^(?:at|de)tach\b|@ref:|\badd-?on\b/i;

/** New releases, oldest first, up to the first one that is pending. */
function tellable({ releases = [], at }: Seen, after: number): { releases: Release[]; isPending: boolean } {
  const fresh = releases
    .filter(({ version }) => version > after)
    .slice(0, mostReleases)
    .reverse();
  const waiting = fresh.findIndex(
    ({ status, createdAt }) => status === 'pending' && Math.abs(at - createdAt) < pendingMs,
  );
  return waiting === -1
    ? { releases: fresh, isPending: false }
    : { releases: fresh.slice(0, waiting), isPending: true };
}

/** Names only: the values are secrets. */
function varsLine(before: AppState['vars'], now: Seen['vars']): string {
  if (before === null || now === undefined || before.keyId !== now.keyId) return '';
  const had = (name: string) => Object.hasOwn(before.hashes, name);
  const has = (name: string) => Object.hasOwn(now.hashes, name);
  const added = Object.keys(now.hashes).filter((name) => !had(name));
  const removed = Object.keys(before.hashes).filter((name) => !has(name));
  const changed = Object.keys(now.hashes).filter((name) => had(name) && before.hashes[name] !== now.hashes[name]);
  const parts = [named('added', added), named('removed', removed), named('changed', changed)].filter(Boolean);
  return parts.length === 0 ? '' : `Config vars: ${parts.join('; ')}`;
}

function formationLine({ formation: before }: AppState, { formation: now }: Seen): string {
  if (before === null || now === undefined) return '';
  const earlier = new Map(before.map((each) => [each.type, each]));
  const parts = now.flatMap(({ type, quantity, size }) => {
    const was = earlier.get(type);
    const count = was?.quantity ?? 0;
    const counts = count === quantity ? '' : `${count} → ${quantity}`;
    const sizes = was === undefined || was.size === size ? '' : `${was.size} → ${size}`;
    return counts === '' && sizes === '' ? [] : [`${inCode(type)} ${[counts, sizes].filter(Boolean).join(', ')}`];
  });
  const gone = before.filter(({ type, quantity }) => quantity > 0 && !now.some((each) => each.type === type));
  const all = [...parts, ...gone.map(({ type, quantity }) => `${inCode(type)} ${quantity} → 0`)];
  return all.length === 0 ? '' : `Formation: ${listed(all, '; ')}`;
}

function addonsLine({ addons: before }: AppState, { addons: now }: Seen): string {
  if (before === null || now === undefined) return '';
  const names = new Set(now.map(({ name }) => name));
  const earlier = new Map(before.map((each) => [each.name, each]));
  const added = now.flatMap(({ name, plan }) => (earlier.has(name) ? [] : [`${inCode(name)} (${inCode(plan)})`]));
  const moved = now.flatMap(({ name, plan }) => {
    const was = earlier.get(name);
    return was === undefined || was.plan === plan ? [] : [`${inCode(name)} ${inCode(was.plan)} → ${inCode(plan)}`];
  });
  const removed = before.filter(({ name }) => !names.has(name)).map(({ name }) => inCode(name));
  const parts = [
    ...(added.length > 0 ? [`added ${listed(added)}`] : []),
    ...(removed.length > 0 ? [`removed ${listed(removed)}`] : []),
    ...(moved.length > 0 ? [`plan changed ${listed(moved)}`] : []),
  ];
  return parts.length === 0 ? '' : `Add-ons: ${parts.join('; ')}`;
}

const named = (what: string, names: readonly string[]) =>
  names.length === 0 ? '' : `${what} ${listed(names.toSorted().map(inCode))}`;

function listed(texts: readonly string[], between = ', '): string {
  const more = texts.length - mostNames;
  return texts.slice(0, mostNames).join(between) + (more > 0 ? ` and ${more} more` : '');
}
