import type { Block, Content } from '../../domain/delivery.ts';
import { formatDuration } from '../../domain/duration.ts';
import { slackDate } from '../../domain/text.ts';
import { endOf, type Group, rankOf } from './group.ts';
import { footerLinks, isAddress, isInternal, moreLine } from './links.ts';
import { manyLines, markedLine, oneLine, withoutRepetition } from './markup.ts';
import type { Alert } from './notification.ts';

export type Card = Required<Pick<Content, 'text' | 'blocks'>>;

/** More alerts than this are counted, not listed. */
export const listed = 10;
/**
 * Each part has its own limit, escapes included, so that it fits into a section (3,000 characters): the first is at most
 * some 2,500 characters, the list 10 times 260.
 */
const most = { name: 150, severity: 40, summary: 300, description: 900, other: 200, labels: 250 };
const mostOfAlert = { labels: 100, text: 140 };
/** `chat.update` takes no longer text; the blocks may hold more. */
const textCharacters = 4_000;
/** Annotations that are texts of their own right; the others are shown with their names. */
const main = ['summary', 'description', 'message'];
const otherAnnotations = 4;

/** By severity, worst first; the live page goes by the same signs. */
const signs = [':x:', ':x:', ':warning:', ':information_source:'];
const signOfEnd = ':white_check_mark:';

export interface CardOptions {
  /** Where people reach this program: before an address that is only a path. '' when it is not known. */
  publicUrl?: string;
  /** Where all alerts of the group are listed; null: nowhere. */
  listUrl?: string | null;
}

/** What people see of a group. Made of the group alone, never of the time, so that a repetition makes the same card. */
export function cardOf(group: Group, since: number | null, { publicUrl = '', listUrl = null }: CardOptions = {}): Card {
  const first = [heading(group, since), ...about(group)].join('\n');
  const lines = list(group);
  const more = Math.max(0, group.alerts.length - listed) + group.truncated;
  const last = [...(since === null ? [] : [`Since ${slackDate(since)}`]), ...footerLinks(group, publicUrl)].join(' · ');
  const parts = (shown: number) =>
    [
      first,
      [...lines.slice(0, shown), moreLine(more + lines.length - shown, listUrl)].filter(Boolean).join('\n'),
      last,
    ].filter((part) => part !== '');
  const blocks = parts(lines.length).map(section);
  for (let shown = lines.length; ; shown -= 1) {
    const text = parts(shown).join('\n');
    if (text.length <= textCharacters || shown === 0) return { text, blocks };
  }
}

/** Every alert of a group, a paragraph each, for those that a card has no room for. Plain text. */
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

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

function heading(group: Group, since: number | null): string {
  const severity = worst(group);
  const name = `*${oneLine(nameOf(group), most.name).replaceAll('*', '∗')}*`;
  const label = severity === undefined ? [] : [oneLine(severity, most.severity)];
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
function about({ alerts, commonAnnotations, commonLabels, truncated }: Group): string[] {
  const { summary = '', description = '', message = '' } = commonAnnotations;
  const texts = withoutRepetition([
    manyLines(summary, most.summary),
    manyLines(description, most.description),
    manyLines(message, most.summary),
  ]);
  const others = Object.entries(commonAnnotations)
    .filter(
      ([name, value]) => !main.includes(name) && !isInternal(name) && !isAddress(name, value) && value.trim() !== '',
    )
    .slice(0, otherAnnotations)
    .map(([name, value]) => `*${oneLine(name, 40).replaceAll('*', '∗')}:* ${manyLines(value, most.other)}`);
  const [only] = alerts;
  const values = alerts.length === 1 && truncated === 0 && only !== undefined ? valuesOf(only) : '';
  return [...texts, ...others, shownLabels(commonLabels, most.labels), values].filter((line) => line !== '');
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
    return words.length === 0 ? '' : ['•', signOf(alert.status, alert.labels.severity), ...words].join(' ');
  });
  return lines.filter((line) => line !== '');
}

/** `A=95.2, B=1`, as Grafana's rules call their expressions. */
function valuesOf({ values }: Alert): string {
  const known = Object.entries(values ?? {}).filter(([, value]) => typeof value === 'number');
  const text = known.map(([name, value]) => `${name}=${Number((value as number).toPrecision(6))}`).join(', ');
  return text === '' ? '' : `\`${oneLine(text, 60).replaceAll('`', "'")}\``;
}

/** The name and the severity are in the heading. */
function shownLabels(labels: Record<string, string>, max: number): string {
  const shown = Object.entries(labels).filter(
    ([name]) => name !== 'alertname' && name !== 'severity' && !isInternal(name),
  );
  const text = shown
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ');
  // A backtick would end the code.
  return text === '' ? '' : `\`${oneLine(text, max - 2).replaceAll('`', "'")}\``;
}
