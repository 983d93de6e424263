import type { Link } from '../../domain/incident.ts';
import type { Group } from './group.ts';
import { linkTarget, oneLine } from './markup.ts';
import type { Alert } from './notification.ts';

/** Returns whether an annotation is Grafana's internal data: such names begin and end with two underscores. */
export const isInternal = (name: string): boolean => /^__.*__$/.test(name);

/** Most links of a card. */
const mostLinks = 3;

const names: Record<string, string> = { runbook_url: 'Runbook', runbook: 'Runbook', dashboard_url: 'Dashboard' };

/** Returns the links of an incident, most helpful first. The first address for a name counts. */
export function linksOf(group: Group, publicUrl: string): Link[] {
  const { alerts, commonAnnotations } = group;
  const found = new Map<string, string>();
  const add = (name: string, written: string | undefined) => {
    // Our own alert rules do not know the host name, so their links are paths.
    const url = written?.startsWith('/') && publicUrl !== '' ? publicUrl + written : written;
    const target = url === undefined ? null : linkTarget(url);
    if (url !== undefined && target !== null && isReachable(url) && !found.has(name)) found.set(name, url);
  };
  for (const annotations of [commonAnnotations, ...alerts.map((alert) => alert.annotations)]) {
    for (const [name, value] of Object.entries(annotations)) {
      if (!isInternal(name) && isAddress(name, value)) add(names[name] ?? titled(name), value);
    }
  }
  const fields: [string, keyof Alert][] = [
    ['Dashboard', 'dashboardURL'],
    ['Panel', 'panelURL'],
    ['Image', 'imageURL'],
    ['Query', 'generatorURL'],
    ['Silence', 'silenceURL'],
  ];
  for (const [name, field] of fields) for (const alert of alerts) add(name, alert[field] as string | undefined);
  if (group.externalURL && group.status === 'firing' && group.kind === 'alertmanager') {
    add('Silence', `${group.externalURL.replace(/\/$/, '')}/#/silences/new?filter=${filterOf(group.groupLabels)}`);
  }
  return [...found].slice(0, mostLinks).map(([name, url]) => ({ name, url }));
}

/** Returns a link in mrkdwn; '' for an address that Slack cannot show. */
export function linkText({ name, url }: Link): string {
  const target = linkTarget(url);
  return target === null ? '' : `<${target}|${name}>`;
}

/** Returns whether an annotation is a link: its value is an address, or a path and its name is that of a link. */
export const isAddress = (name: string, value: string): boolean =>
  /^https?:\/\/\S+$/.test(value) || (/^\/\S+$/.test(value) && (/url$/i.test(name) || Object.hasOwn(names, name)));

/** Returns whether people can open an address: a name without a dot, such as `prometheus`, resolves only on the server. */
function isReachable(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname.includes('.') || hostname === 'localhost' || hostname.startsWith('[');
}

function titled(name: string): string {
  const words =
    name
      .replace(/_?url$/i, '')
      .replaceAll('_', ' ')
      .trim() || name;
  return oneLine(escapeBar(words.charAt(0).toUpperCase() + words.slice(1)), 40);
}

const escapeBar = (text: string): string => text.replaceAll('|', '¦');

function filterOf(labels: Record<string, string>): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return encodeURIComponent(`{${matchers.join(',')}}`);
}

/** Returns `+8 more`, as a link to the list of all alerts if it has an address. */
export function moreLine(more: number, listUrl: string | null): string {
  if (more === 0) return '';
  const target = listUrl === null ? null : linkTarget(listUrl);
  return target === null ? `+${more} more` : `<${target}|+${more} more>`;
}
