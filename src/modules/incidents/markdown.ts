import type { AuditEntry } from '../../domain/audit.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { HistoryEntry, Incident } from '../../domain/incident.ts';
import { plainText } from '../../domain/plain-text.ts';
import type { Actor } from '../../domain/principal.ts';
import type { Names } from '../../domain/visible-text.ts';
import type { AuditStore } from '../../ports/audit-store.ts';
import type { Page } from '../../ports/ledger-store.ts';
import { conditionOf } from './card.ts';
import { versionActions } from './last-change.ts';

export interface MarkdownParts {
  store: Pick<AuditStore, 'auditEntries'>;
  names: Pick<Names, 'user'>;
}

const dayMs = 86_400_000;
/** Of an action. */
const mostReleases = 10;
/** Pages of the audit log that are read for an action, and entries of each. */
const mostPages = 10;
const pageSize = 50;

/** Returns a function that writes the skeleton of a post-mortem: what is known of an incident, and headings for the rest. */
export function createMarkdown({ store, names }: MarkdownParts) {
  const nameOf = ({ kind, name }: Actor) =>
    kind === 'slack' ? (names.user(name) ?? name) : kind === 'program' ? 'Ultronex' : name;

  async function releases(from: number, until: number): Promise<string[]> {
    const found: string[] = [];
    for (const action of versionActions) {
      const all: string[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < mostPages && all.length < mostReleases; pages += 1) {
        const page: Page<AuditEntry> = await store.auditEntries({ action }, cursor, pageSize);
        for (const { at, target, outcome, actor } of page.items) {
          if (at >= from && at <= until)
            all.push(`- ${iso(at)} ${action} ${escaped(target)} (${outcome}, ${escaped(nameOf(actor))})`);
        }
        if (page.next === null || page.items.some(({ at }) => at < from)) break;
        cursor = page.next;
      }
      found.push(...all.slice(0, mostReleases));
    }
    return found.sort();
  }

  return async function markdown(incident: Incident, history: readonly HistoryEntry[]): Promise<string> {
    const { number, title, severity, since, openedAt, resolvedAt, facts, acknowledged, source } = incident;
    const start = since ?? openedAt;
    const seen = await releases(start - dayMs, resolvedAt ?? Number.POSITIVE_INFINITY);
    const entries = history.filter(({ kind }) => kind !== 'context');
    const context = history.filter(({ kind }) => kind === 'context').map(({ text }) => plainText(text));
    const actors = [
      ...new Set(history.filter(({ actor }) => actor.kind !== 'program').map(({ actor }) => nameOf(actor))),
    ];
    const lines = [
      `# Incident #${number}: ${escaped(title)}`,
      '',
      `- Severity: ${severity}`,
      `- Source: ${source}`,
      `- Began: ${iso(start)}`,
      `- First reported: ${iso(openedAt)}`,
      ...(acknowledged === null
        ? []
        : [`- Acknowledged: ${iso(acknowledged.at)} by ${escaped(nameOf(acknowledged.by))}`]),
      `- Ended: ${resolvedAt === null ? 'it is open' : `${iso(resolvedAt)} (${formatDuration(Math.max(0, resolvedAt - start))})`}`,
      `- Condition: ${escaped(conditionOf(incident))}`,
      `- People: ${actors.length === 0 ? 'nobody acted' : actors.map(escaped).join(', ')}`,
      ...facts.links.map(({ name, url }) => `- ${escaped(name)}: <${url}>`),
      '',
      '## What was reported',
      '',
      fenced(plainText([facts.about, ...facts.alerts].filter(Boolean).join('\n'))),
      '',
      '## Time line (UTC)',
      '',
      ...entries.map(({ at, kind, actor, text }) => {
        const by = actor.kind === 'program' ? '' : `, ${escaped(nameOf(actor))}`;
        return `- ${iso(at)} ${kind}${by}${text === '' ? '' : `: ${escaped(text.replace(/\s+/g, ' '))}`}`;
      }),
      '',
      '## Releases within a day before',
      '',
      ...(seen.length === 0 ? ['None is in the audit log.'] : seen),
      ...(context.length === 0 ? [] : ['', '## Log lines', '', ...context.map(fenced)]),
      ...['Impact', 'Cause', 'What went well', 'What went wrong', 'What we change'].flatMap((name) => [
        '',
        `## ${name}`,
        '',
        '…',
      ]),
    ];
    return `${lines.join('\n')}\n`;
  };
}

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** Markdown's own signs lose their meaning. */
const escaped = (text: string) => text.replace(/[\\`*_[\]<>#|]/g, '\\$&');

/** A fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
