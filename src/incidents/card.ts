import type { Block, Content } from '../domain/delivery.ts';
import { formatDuration } from '../domain/duration.ts';
import { cut, escapeMrkdwn, slackDate } from '../domain/text.ts';
import { endOf, type Group, rankOf } from './group.ts';
import type { Alert } from './notification.ts';

export type Card = Required<Pick<Content, 'text' | 'blocks'>>;

/** More alerts than this are counted, not listed. */
const listed = 10;
/**
 * The longest card has to fit into what Slack edits (chat.update: 4,000 characters) and a section (3,000):
 * so each part of it has its own limit, escapes included.
 */
const most = { name: 150, severity: 40, summary: 300, description: 600, labels: 250, url: 300 };
const mostOfAlert = { labels: 75, summary: 80 };

/** By severity, worst first; the live page goes by the same signs. */
const signs = [':x:', ':x:', ':warning:', ':information_source:'];
const signOfEnd = ':white_check_mark:';

/** What people see of a group; `publicUrl` is before a link that is only a path. Made of the group alone, never of the time, so that a repetition makes the same card. */
export function cardOf(group: Group, since: number | null, publicUrl = ''): Card {
  const parts = [
    [heading(group, since), ...about(group)].join('\n'),
    list(group).join('\n'),
    footer(group, since, publicUrl).join(' · '),
  ].filter((part) => part !== '');
  return { text: parts.join('\n'), blocks: parts.map(section) };
}

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

function heading(group: Group, since: number | null): string {
  const severity = worst(group);
  const name = `*${plain(nameOf(group), most.name).replaceAll('*', '∗')}*`;
  const label = severity === undefined ? [] : [plain(severity, most.severity)];
  return [`${signOf(group.status, severity)} ${name}`, ...label, stateOf(group, since)].join(' · ');
}

function nameOf({ groupLabels, commonLabels, alerts }: Group): string {
  const common = groupLabels.alertname ?? commonLabels.alertname;
  if (common !== undefined) return common;
  const [first = 'Alert', ...others] = new Set(alerts.flatMap(({ labels }) => labels.alertname ?? []));
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Of those that fire, while any does. */
function worst({ alerts, status }: Group): string | undefined {
  const named = alerts.flatMap((alert) => (alert.status === status ? (alert.labels.severity ?? []) : []));
  return named.sort((a, b) => rankOf(a) - rankOf(b))[0];
}

function signOf(status: Alert['status'], severity: string | undefined): string {
  return status === 'resolved' ? signOfEnd : (signs[rankOf(severity)] ?? ':warning:');
}

function stateOf(group: Group, since: number | null): string {
  const end = endOf(group);
  if (group.status === 'resolved') {
    return since === null || end === null ? 'resolved' : `resolved after ${formatDuration(Math.max(0, end - since))}`;
  }
  const firing = group.alerts.filter(({ status }) => status === 'firing').length;
  const resolved = group.alerts.length - firing;
  const all = [`${firing + group.truncated} firing`, ...(resolved > 0 ? [`${resolved} resolved`] : [])];
  return all.join(', ');
}

/** What is common to all of them, so that the list need not say it. */
function about({ commonAnnotations, commonLabels }: Group): string[] {
  const { summary = '', description = '' } = commonAnnotations;
  const labels = shownLabels(commonLabels, most.labels);
  return [plain(summary, most.summary), plain(description, most.description), labels].filter((line) => line !== '');
}

function list({ alerts, commonLabels, commonAnnotations, truncated }: Group): string[] {
  const lines = alerts.slice(0, listed).map((alert) => {
    const own = Object.entries(alert.labels).filter(([name]) => !Object.hasOwn(commonLabels, name));
    const { summary = alert.annotations.description ?? '' } = alert.annotations;
    const said = commonAnnotations.summary === undefined ? plain(summary, mostOfAlert.summary) : '';
    const words = [shownLabels(Object.fromEntries(own), mostOfAlert.labels), said].filter((word) => word !== '');
    return words.length === 0 ? '' : ['•', signOf(alert.status, alert.labels.severity), ...words].join(' ');
  });
  const more = Math.max(0, alerts.length - listed) + truncated;
  return [...lines, more > 0 ? `+${more} more` : ''].filter((line) => line !== '');
}

function footer({ alerts, commonAnnotations }: Group, since: number | null, publicUrl: string): string[] {
  const written = [commonAnnotations, ...alerts.map(({ annotations }) => annotations)].map((each) => each.runbook_url);
  // Those of our own rules are paths: the rules do not know the host name.
  const runbook = written.map((url = '') => (url.startsWith('/') ? publicUrl + url : url)).find(isLink);
  return [
    ...(since === null ? [] : [`Since ${slackDate(since)}`]),
    ...(runbook === undefined ? [] : [`<${escapeMrkdwn(runbook)}|Runbook>`]),
  ];
}

/** A bar or a bracket would end the link. */
function isLink(url: string): boolean {
  return /^https?:\/\/[^\s|<>]+$/.test(url) && escapeMrkdwn(url).length <= most.url;
}

/** The name and the severity are in the heading. */
function shownLabels(labels: Record<string, string>, max: number): string {
  const shown = Object.entries(labels).filter(([name]) => name !== 'alertname' && name !== 'severity');
  const text = shown
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');
  // A backtick would end the code.
  return text === '' ? '' : `\`${plain(text, max - 2).replaceAll('`', "'")}\``;
}

/** One line, escaped, at most `max` characters; never a part of an escape. */
function plain(text: string, max: number): string {
  const escaped = escapeMrkdwn(text.replace(/\s+/g, ' ').trim());
  return cut(escaped, max, () => '…').replace(/&[a-z]{0,3}…$/, '…');
}
