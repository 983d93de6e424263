import { UltronexError } from '../../domain/errors.ts';
import { cleanLine } from '../../lib/clean-line.ts';
import { type Answer, ask, type Bounds, NoAnswer, parseJson, reasonIn } from './ask.ts';

/** A line of a log. `at`: milliseconds since the epoch. `text`: one line without secrets, see `cleanLine`. */
export interface LogLine {
  at: number;
  text: string;
}

export interface Loki {
  /**
   * Resolves with up to 10 lines before a time and 10 from it on, each within 60 s, oldest first. @throws LokiFailed
   * @param selector of LogQL: `{service_name="haproxy"}`
   * @param at milliseconds since the epoch
   */
  around(selector: string, at: number): Promise<LogLine[]>;
}

/** Loki does not answer, or its answer is invalid. */
export class LokiFailed extends UltronexError {
  override readonly code = 'ERR_LOKI_FAILED';
  override readonly status = 502;
  override readonly retryable = true;
}

/** Longest distance of a line, milliseconds. */
const reachMs = 60_000;
/** Lines on each side. A query for each side, since a flood after the time would fill the limit of a single one. */
const mostLines = 10;
const usual: Bounds = { timeoutMs: 5_000, mostBytes: 1_000_000 };

/** Longest value of a label in a selector, characters. */
const longestValue = 200;
/**
 * Labels of an alert that may name the service of its log lines, best first. A container of our own stack has its name
 * in `name`, as cAdvisor does, and its service, which `service_name` in Loki is, in a label of Compose.
 */
const namingLabels = ['service_name', 'container_label_com_docker_compose_service', 'service', 'container', 'name'];

/** Returns the service whose log lines belong to an alert with these labels; null: none is named. */
export function serviceOf(labels: Readonly<Record<string, string>>): string | null {
  const values = namingLabels.map((name) => (Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''));
  return values.find((value) => value.trim() !== '' && value.length <= longestValue) ?? null;
}

/** Returns a selector for the log lines that belong to an alert with these labels; null: they name no service. */
export function selectorOf(labels: Readonly<Record<string, string>>): string | null {
  const service = serviceOf(labels);
  // LogQL's strings have Go's escapes, of which JSON's are a part; Go refuses half a surrogate pair.
  return service === null ? null : `{service_name=${JSON.stringify(service.replace(/\p{Cs}/gu, '\ufffd'))}}`;
}

/**
 * Creates a reader of log lines (https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time).
 * @param url its address, with a path if it has one
 */
export function createLoki(url: string, bounds: Bounds = usual): Loki {
  const address = new URL('loki/api/v1/query_range', url.endsWith('/') ? url : `${url}/`);

  async function lines(query: string, start: number, end: number, direction: string): Promise<Value[]> {
    const asked = new URL(address);
    const range = { start: nanoseconds(start), end: nanoseconds(end) };
    asked.search = new URLSearchParams({ query, ...range, limit: String(mostLines), direction }).toString();
    return valuesOf(await asking(asked));
  }

  async function asking(asked: URL): Promise<Answer> {
    try {
      return await ask(asked, {}, bounds);
    } catch (error) {
      if (error instanceof NoAnswer) throw new LokiFailed(`Loki ${error.message}.`, { cause: error });
      throw error;
    }
  }

  return {
    async around(selector, at) {
      // Loki includes the start of a range and leaves its end out, so no line is in both.
      const [before, after] = await Promise.all([
        lines(selector, at - reachMs, at, 'backward'),
        lines(selector, at, at + reachMs, 'forward'),
      ]);
      const shown = [...before.sort(byTime).slice(-mostLines), ...after.sort(byTime).slice(0, mostLines)];
      return shown.map(([time, line]) => ({ at: Number(time.slice(0, -6)), text: cleanLine(line) }));
    },
  };
}

/** A line with its time in nanoseconds, which no number holds exactly. */
type Value = [time: string, line: string];

const nanoseconds = (ms: number) => `${Math.round(ms)}000000`;

/** The times have the same number of digits from 2001 to 2286. */
const byTime = ([a]: Value, [b]: Value) => (a < b ? -1 : a > b ? 1 : 0);

function valuesOf({ status, text }: Answer): Value[] {
  if (status !== 200) throw new LokiFailed(`Loki returned ${status}${reasonIn(text)}.`);
  const answer = parseJson(text) as { data?: { result?: unknown } } | null | undefined;
  const streams = answer?.data?.result;
  if (!Array.isArray(streams))
    throw new LokiFailed('Loki returned something else than log lines. Is its address right?');
  return streams.flatMap((stream: { values?: unknown } | null) =>
    Array.isArray(stream?.values) ? stream.values.filter(isValue) : [],
  );
}

/** Newer versions add the structured metadata of a line as a third entry. */
function isValue(value: unknown): value is Value {
  return Array.isArray(value) && /^\d{19}$/.test(String(value[0])) && typeof value[1] === 'string';
}
