import type { Group } from './group.ts';
import { linkTarget, oneLine } from './markup.ts';
import type { Alert } from './notification.ts';

/** Annotations that are not text for people: Grafana keeps its own data in names with underscores around. */
export const isInternal = (name: string): boolean => /^__.*__$/.test(name);

/** All links of a card together, in characters. */
const mostOfLinks = 1_200;

const names: Record<string, string> = { runbook_url: 'Runbook', runbook: 'Runbook', dashboard_url: 'Dashboard' };

/** A link of the footer, by its name: `<https://…|Runbook>`. */
export function footerLinks(group: Group, publicUrl: string): string[] {
  const { alerts, commonAnnotations } = group;
  const found = new Map<string, string>();
  const add = (name: string, written: string | undefined) => {
    // Those of our own rules are paths: the rules do not know the host name.
    const url = written?.startsWith('/') && publicUrl !== '' ? publicUrl + written : written;
    const target = url === undefined ? null : linkTarget(url);
    if (target !== null && isReachable(url ?? '') && !found.has(name)) found.set(name, target);
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
  let left = mostOfLinks;
  return [...found].flatMap(([name, target]) => {
    const link = `<${target}|${name}>`;
    left -= link.length;
    return left < 0 ? [] : [link];
  });
}

/** An annotation whose value is an address and nothing else is a link, not a text; a path is one where its name says so. */
export const isAddress = (name: string, value: string): boolean =>
  /^https?:\/\/\S+$/.test(value) || (/^\/\S+$/.test(value) && (/url$/i.test(name) || Object.hasOwn(names, name)));

/** A name such as `http://prometheus:9090` resolves on the server only. */
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

/** `+8 more`, with a link to all of them when there is an address for it. */
export function moreLine(more: number, listUrl: string | null): string {
  if (more === 0) return '';
  const target = listUrl === null ? null : linkTarget(listUrl);
  return target === null ? `+${more} more` : `<${target}|+${more} more>`;
}
