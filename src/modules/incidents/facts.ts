import { cutMrkdwn } from '../../domain/cut.ts';
import { type Fix, fixOf } from '../../domain/fix.ts';
import type { IncidentFacts } from '../../domain/incident.ts';
import { mentionOf } from '../../domain/mention.ts';
import { type Severity, severities } from '../../domain/severity.ts';
import { type Group, rankOf } from './group.ts';
import { isAddress, isInternal, linksOf } from './links.ts';
import { manyLines, markedLine, oneLine, printable, withoutRepetition } from './markup.ts';
import type { Alert } from './notification.ts';
import { signOf } from './signs.ts';

/** Most alerts that a card lists; further ones are counted. */
export const listed = 10;
/** Limits in characters, escapes included, so that `about` has at most about 2,200 and the list 10 times 260. */
const most = { summary: 300, description: 900, signal: 1_200, other: 200, labels: 250, title: 300, severity: 40 };
const mostOfAlert = { labels: 100, text: 140 };
/** Annotations that are shown without their names. */
const main = ['summary', 'description', 'message'];
/** Annotations and labels that are instructions, not facts. */
const instructions = ['notify', 'fix'];
const otherAnnotations = 4;
/** Stored labels, and alerts with a silence of their own in Alertmanager. */
const mostStored = { labels: 20, value: 200, silences: 10 };

/** Title, severity and facts of an incident, from the latest report of its source. */
export interface Reported {
  title: string;
  severity: Severity;
  facts: IncidentFacts;
}

/** Does not depend on the current time, so a repeated notification gives the same. @param publicUrl '' when it is unknown */
export function factsOf(group: Group, publicUrl: string): Reported {
  const { alerts, commonLabels, truncated } = group;
  const severityText = worst(group);
  const fix = fixIn(group);
  return {
    title: printable(nameOf(group)).replace(/\s+/g, ' ').trim().slice(0, most.title) || 'Alert',
    severity: severities[rankOf(severityText)] ?? 'warning',
    facts: {
      severityText: severityText?.slice(0, most.severity) ?? null,
      state: stateOf(group),
      about: about(group).join('\n'),
      alerts: list(group),
      more: Math.max(0, alerts.length - listed) + truncated,
      links: linksOf(group, publicUrl),
      labels: storedLabels(commonLabels),
      matchers: group.kind === 'alertmanager' ? labelSetsOf(alerts) : [],
      notify: group.notify === undefined ? mentionOf(notifyOf(group)) : group.notify,
      ...(fix !== null && { fix }),
    },
  };
}

/** Returns whom the rules of the alerts that fire want to mention. */
function notifyOf({ alerts }: Group): string {
  const firing = alerts.filter(({ status }) => status === 'firing').slice(0, listed);
  return firing.map(({ annotations, labels }) => annotations.notify ?? labels.notify ?? '').join(' ');
}

/** Returns the job that the rules of the alerts that fire name first. */
function fixIn({ alerts, fix }: Group): Fix | null {
  if (fix !== undefined) return fixOf(fix);
  const firing = alerts.filter(({ status }) => status === 'firing').slice(0, listed);
  return (
    firing.map(({ annotations, labels }) => fixOf(annotations.fix ?? labels.fix ?? '')).find((each) => each !== null) ??
    null
  );
}

/** Returns all alerts of a group as plain text, a paragraph each. */
export function listAll({ alerts, truncated }: Group): string {
  const paragraphs = alerts.map(({ status, labels, annotations, generatorURL }) => {
    const pairs = (values: Record<string, string>) => Object.entries(values).filter(([name]) => !isInternal(name));
    const named = pairs(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return [
      `${status}: ${named.join(' ')}`,
      ...pairs(annotations).map(([name, value]) => `  ${name}: ${value}`),
      ...(generatorURL ? [`  query: ${generatorURL}`] : []),
    ].join('\n');
  });
  if (truncated > 0) paragraphs.push(`${truncated} more were left out by the sender.`);
  return `${paragraphs.join('\n\n')}\n`;
}

function nameOf({ groupLabels, commonLabels, alerts }: Group): string {
  const common = groupLabels.alertname ?? commonLabels.alertname;
  if (common !== undefined) return common;
  const [first = 'Alert', ...others] = new Set(alerts.flatMap(({ labels }) => labels.alertname ?? []));
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Returns the worst severity of the alerts with the group's status. */
function worst({ alerts, status }: Group): string | undefined {
  const named = alerts.flatMap((alert) => (alert.status === status ? (alert.labels.severity ?? []) : []));
  return named.sort((a, b) => rankOf(a) - rankOf(b))[0];
}

function stateOf({ status, kind, alerts, truncated }: Group): string {
  if (status === 'resolved' || kind === 'signal') return status;
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  const resolved = alerts.length - firing;
  const all = [`${firing + truncated} firing`, ...(resolved > 0 ? [`${resolved} resolved`] : [])];
  return all.join(', ');
}

/** Returns lines with the annotations and labels that all alerts share. */
function about({ alerts, commonAnnotations, commonLabels, truncated, text = '' }: Group): string[] {
  const { summary = '', description = '', message = '' } = commonAnnotations;
  const texts = withoutRepetition([
    manyLines(summary, most.summary),
    manyLines(description, most.description),
    manyLines(message, most.summary),
  ]);
  const isFact = ([name, value]: [string, string]) =>
    ![...main, ...instructions].includes(name) && !isInternal(name) && !isAddress(name, value) && value.trim() !== '';
  const others = Object.entries(commonAnnotations)
    .filter(isFact)
    .slice(0, otherAnnotations)
    .map(([name, value]) => `*${oneLine(name, 40).replaceAll('*', '∗')}:* ${manyLines(value, most.other)}`);
  const [only] = alerts;
  const values = alerts.length === 1 && truncated === 0 && only !== undefined ? valuesOf(only) : '';
  return [
    cutMrkdwn(printable(text), most.signal, () => '…'),
    ...texts,
    ...others,
    shownLabels(commonLabels, most.labels),
    values,
  ].filter((line) => line !== '');
}

function list({ alerts, commonLabels, commonAnnotations, truncated }: Group): string[] {
  const common = Object.values(commonAnnotations);
  const lines = alerts.slice(0, listed).map((alert) => {
    const own = Object.entries(alert.labels).filter(([name]) => !Object.hasOwn(commonLabels, name));
    const said = main.map((name) => alert.annotations[name] ?? '').filter((text) => !common.includes(text));
    const words = [
      shownLabels(Object.fromEntries(own), mostOfAlert.labels),
      markedLine(withoutRepetition(said).join(' · '), mostOfAlert.text),
      alerts.length > 1 || truncated > 0 ? valuesOf(alert) : '',
    ].filter((word) => word !== '');
    const { severity } = alert.labels;
    const sign = signOf(alert.status, severities[rankOf(severity)] ?? 'warning');
    return words.length === 0 ? '' : ['•', sign, ...words].join(' ');
  });
  return lines.filter((line) => line !== '');
}

/** Returns the values of a Grafana rule's expressions: `A=95.2, B=1`. */
function valuesOf({ values }: Alert): string {
  const known = Object.entries(values ?? {}).filter(([, value]) => typeof value === 'number');
  const text = known.map(([name, value]) => `${name}=${Number((value as number).toPrecision(6))}`).join(', ');
  return text === '' ? '' : `\`${oneLine(text, 60).replaceAll('`', "'")}\``;
}

const isShown = (name: string) => !['alertname', 'severity', ...instructions].includes(name) && !isInternal(name);

/** Returns labels as inline code, without name and severity, which are in the heading. */
function shownLabels(labels: Record<string, string>, max: number): string {
  const shown = Object.entries(labels).filter(([name]) => isShown(name));
  const text = shown
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');
  // A backtick would end the code.
  return text === '' ? '' : `\`${oneLine(text, max - 2).replaceAll('`', "'")}\``;
}

function storedLabels(labels: Record<string, string>): Record<string, string> {
  const shown = Object.entries(labels).filter(([name]) => isShown(name));
  // Labels that name a service or a container come first: logs and buttons need them.
  const names = (name: string) => /service|container|name|app|job/i.test(name);
  shown.sort(([one], [other]) => Number(names(other)) - Number(names(one)));
  return Object.fromEntries(
    shown.slice(0, mostStored.labels).map(([name, value]) => [name.slice(0, 100), value.slice(0, mostStored.value)]),
  );
}

/** A label set that is too long for the store is left out: a shortened one would match nothing. */
function labelSetsOf(alerts: readonly Alert[]): Record<string, string>[] {
  return alerts
    .filter(({ status, labels }) => status === 'firing' && JSON.stringify(labels).length <= 2_000)
    .slice(0, mostStored.silences)
    .map(({ labels }) => labels);
}
