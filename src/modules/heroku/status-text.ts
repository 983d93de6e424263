import { cut } from '../../domain/cut.ts';
import { escapeMrkdwn, slackDate } from '../../domain/text.ts';
import { cleanText } from '../../lib/clean-line.ts';
import type { AppView } from './view.ts';

/** How a text is written: for Slack or for a terminal. */
export interface Style {
  /** A text from outside. */
  text(text: string): string;
  bold(text: string): string;
  /** @param at ISO 8601 */
  time(at: string): string;
  /** A sign before a line; '' where there is none. */
  sign(name: keyof typeof signs): string;
}

const signs = {
  bad: ':red_circle: ',
  unsure: ':white_circle: ',
  resting: ':construction: ',
  good: ':large_green_circle: ',
};

export const mrkdwn: Style = {
  text: escapeMrkdwn,
  // An asterisk would end the bold text.
  bold: (text) => `*${escapeMrkdwn(text).replaceAll('*', '∗')}*`,
  time: (at) => slackDate(Date.parse(at)),
  sign: (name) => signs[name],
};

export const plain: Style = {
  text: (text) => text,
  bold: (text) => text,
  time: (at) => `${at.slice(0, 16).replace('T', ' ')} UTC`,
  sign: () => '',
};

const mostDynos = 20;
const mostTypes = 20;
const mostReleases = 3;
const mostAddons = 20;
const mostApps = 40;
const mostInLine = 3;

/** Returns all that is known of an app, a fact a line. */
export function appText(app: AppView, style: Style): string {
  const { text, bold, time } = style;
  const name = bold(shown(app.app, 100));
  const trouble = app.problem === null ? [] : [`Problem: ${text(shown(app.problem, 500))}`];
  if (app.readAt === null) return [`${style.sign('unsure')}${name} was not read yet.`, ...trouble].join('\n');
  const facts = [
    ['owner', app.owner],
    ['region', app.region],
    ['stack', app.stack],
  ].flatMap(([label, value]) => (value ? [`${label} ${text(shown(value, 100))}`] : []));
  return [
    `${style.sign(moodOf(app))}${name}: ${facts.join(', ') || 'no facts'}`,
    ...(app.maintenance ? ['Maintenance mode is on.'] : []),
    `Dynos: ${dynosOf(app, style)}`,
    `Formation: ${listOf(app.formation, mostTypes, (each) => `${shown(each.type, 60)} ${each.quantity} × ${shown(each.size, 60)}`, style)}`,
    app.releases.length === 0 ? 'Releases: none' : 'Releases:',
    ...app.releases.slice(0, mostReleases).map((release) => `• ${releaseOf(release, style)}`),
    `Add-ons: ${listOf(app.addons, mostAddons, (each) => `${shown(each.name, 80)} (${shown(each.plan, 80)}) ${shown(each.state, 40)}`, style)}`,
    `Read: ${time(app.readAt)}`,
    ...trouble,
  ].join('\n');
}

/** Returns a line for each app. */
export function appLines(apps: readonly AppView[], style: Style): string {
  const lines = apps.slice(0, mostApps).map((app) => lineOf(app, style));
  const more = apps.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

/** `shop: 2 of 3 dynos up, web.2 crashed; v42` */
function lineOf(app: AppView, style: Style): string {
  const { text, bold } = style;
  const head = `${style.sign(moodOf(app))}${bold(shown(app.app, 100))}: `;
  const problem = app.problem === null ? [] : [text(shown(app.problem, 200))];
  if (app.readAt === null) return `${head}${problem[0] ?? 'not read yet'}`;
  const wrong = app.dynos.filter(isBad);
  const named = wrong.slice(0, mostInLine).map(({ name, state }) => text(`${shown(name, 60)} ${shown(state, 40)}`));
  const more = wrong.length > mostInLine ? [`${wrong.length - mostInLine} more`] : [];
  const [newest] = app.releases;
  const parts = [
    [countOf(app), ...named, ...more].join(', '),
    ...(newest === undefined
      ? []
      : [`v${newest.version}${newest.status === 'succeeded' ? '' : ` ${text(shown(newest.status, 40))}`}`]),
    ...(app.maintenance ? ['maintenance mode is on'] : []),
    ...problem,
  ];
  return head + parts.join('; ');
}

function dynosOf(app: AppView, style: Style): string {
  if (app.dynos.length === 0) return 'none';
  const each = ({ name, state }: AppView['dynos'][number]) => `${shown(name, 60)} ${shown(state, 40)}`;
  // The bad ones first, so that none is left out.
  const sorted = [...app.dynos.filter(isBad), ...app.dynos.filter((dyno) => !isBad(dyno))];
  return `${countOf(app)}: ${listOf(sorted, mostDynos, each, style)}`;
}

function countOf({ dynos }: AppView): string {
  if (dynos.length === 0) return 'no dynos';
  const up = dynos.filter(({ state }) => state === 'up').length;
  return `${up} of ${dynos.length} up`;
}

function releaseOf(
  { version, description, status, by, at }: AppView['releases'][number],
  { text, time }: Style,
): string {
  const state = status === 'succeeded' ? '' : ` (${text(shown(status, 40))})`;
  const who = by === '' ? '' : `, by ${text(shown(by, 100))}`;
  return `v${version}${state}: ${text(shown(description, 200))}${who}, ${time(at)}`;
}

function listOf<T>(items: readonly T[], most: number, write: (item: T) => string, { text }: Style): string {
  if (items.length === 0) return 'none';
  const more = items.length - most;
  return [...items.slice(0, most).map((item) => text(write(item))), ...(more > 0 ? [`… and ${more} more`] : [])].join(
    ', ',
  );
}

const isBad = ({ state }: { state: string }) => state === 'crashed' || state === 'down';

function moodOf(app: AppView): keyof typeof signs {
  if (app.dynos.some(isBad)) return 'bad';
  if (app.problem !== null || app.readAt === null) return 'unsure';
  return app.maintenance ? 'resting' : 'good';
}

/** Returns a text from outside on one line, with at most `max` characters. */
function shown(text: string, max: number): string {
  return cut(cleanText(text), max, () => '…');
}
