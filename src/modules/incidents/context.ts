import { cutMrkdwn } from '../../domain/cut.ts';
import type { Incident } from '../../domain/incident.ts';
import { slackDate } from '../../domain/text.ts';
import type { AuditStore } from '../../ports/audit-store.ts';
import { dashboardLink, logsLink } from './dashboard-links.ts';
import { lastChange } from './last-change.ts';
import { logBlock } from './log-block.ts';
import { type LogLine, type Loki, LokiFailed, selectorOf, serviceOf } from './loki.ts';
import { oneLine } from './markup.ts';

export interface ContextParts {
  /** Null: LOKI_READ_URL is not set. */
  loki: Loki | null;
  /** Null: GRAFANA_URL is not set. */
  grafanaUrl: string | null;
  store: Pick<AuditStore, 'auditEntries'>;
}

/** Limit of a section in Slack. */
const mostCharacters = 3_000;

/** The result of one source; `failure` is the reason if it has none. */
type Told<T> = { value: T | null; failure: string | null };

/**
 * Creates a function that collects what is known of the time when an incident began: log lines, the last deploy, and
 * links to dashboards. It resolves with mrkdwn of at most 3,000 characters, or with null when nothing is known. It never
 * rejects: a source that fails is named.
 */
export function createContext({
  loki,
  grafanaUrl,
  store,
}: ContextParts): (incident: Incident) => Promise<string | null> {
  return async (incident) => {
    const at = incident.since ?? incident.openedAt;
    const { labels } = incident.facts;
    const selector = selectorOf(labels);
    const service = serviceOf(labels) ?? '';
    const [lines, change] = await Promise.all([
      loki === null || selector === null ? nothing : told('Loki', loki.around(selector, at)),
      told('The audit log', lastChange(store, at)),
    ]);
    const logLines = lines.value ?? [];
    const links = [
      dashboardLink(incident, at, grafanaUrl),
      logLines.length === 0 || grafanaUrl === null ? null : logsLink(service, at, grafanaUrl),
    ];
    const below = [
      ...(change.value === null ? [] : [`Last change: ${change.value}`]),
      links.filter((link) => link !== null).join(' · '),
      ...[lines.failure, change.failure].filter((each) => each !== null),
    ].filter((line) => line !== '');
    const room = mostCharacters - below.join('\n').length - 1;
    const all = [...logs(logLines, at, service, room), ...below];
    return all.length === 0 ? null : cutMrkdwn(all.join('\n'), mostCharacters, () => '…');
  };
}

const nothing: Told<LogLine[]> = { value: null, failure: null };

async function told<T>(name: string, work: Promise<T>): Promise<Told<T>> {
  try {
    return { value: await work, failure: null };
  } catch (error) {
    const said = error instanceof LokiFailed ? oneLine(error.message, 200) : `${name} did not answer.`;
    return { value: null, failure: said };
  }
}

function logs(lines: readonly LogLine[], at: number, service: string, room: number): string[] {
  const heading = `Log lines of *${oneLine(service, 100).replaceAll('*', '∗')}* around ${slackDate(at)}:`;
  const block = logBlock(lines, at, room - heading.length - 1);
  return block === '' ? [] : [heading, block];
}
