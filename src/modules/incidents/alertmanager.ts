import { cut } from '../../domain/cut.ts';
import { UltronexError } from '../../domain/errors.ts';
import { type Answer, ask, type Bounds, NoAnswer, parseJson, reasonIn } from './ask.ts';

/** Alertmanager’s silences. */
export interface Alertmanager {
  /**
   * Silences the alerts that have all of these labels, from now on. Resolves with the silence's id. A silence may exist
   * although this rejects: the response can be lost. @throws AlertmanagerFailed
   * @param until milliseconds since the epoch
   */
  silence(matchers: Readonly<Record<string, string>>, until: number, by: string, comment: string): Promise<string>;
  /** Ends a silence. One that has ended or that Alertmanager does not know counts as ended. @throws AlertmanagerFailed */
  end(id: string): Promise<void>;
  /** Resolves with the ids of the silences in force with this comment. @throws AlertmanagerFailed */
  find(comment: string): Promise<string[]>;
}

/** Alertmanager does not answer, or refuses a silence; the message is the reason. */
export class AlertmanagerFailed extends UltronexError {
  override readonly code = 'ERR_ALERTMANAGER_FAILED';
  override readonly status = 502;
  override readonly retryable = true;
}

const usual: Bounds = { timeoutMs: 5_000, mostBytes: 100_000 };
/** The list has ended silences, too: Alertmanager keeps them for 120 h. */
const mostBytesOfList = 10_000_000;
const longest = { by: 100, comment: 1_000, id: 100 };
/** Alertmanager replaces a start in the past by its own time, so that a difference of the clocks delays no silence. */
const atOnce = '2000-01-01T00:00:00Z';
/** Alertmanager adds the time for which it keeps an ended silence, and refuses a sum after the year 9999. */
const never = Date.parse('9000-01-01T00:00:00Z');

/**
 * Creates a client of Alertmanager's API v2 (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml).
 * @param url its address, with a path if it has one
 */
export function createAlertmanager(url: string, bounds: Bounds = usual): Alertmanager {
  const base = new URL('api/v2/', url.endsWith('/') ? url : `${url}/`);

  async function call(method: string, path: string, body?: object, within = bounds): Promise<Answer> {
    // A mutation never reuses a keep-alive socket: if it closed, we could not tell whether the silence was made.
    const headers = { connection: 'close', 'content-type': 'application/json' };
    try {
      return await ask(new URL(path, base), { method, headers, body: JSON.stringify(body) }, within);
    } catch (error) {
      if (error instanceof NoAnswer) throw new AlertmanagerFailed(`Alertmanager ${error.message}.`, { cause: error });
      throw error;
    }
  }

  return {
    async silence(matchers, until, by, comment) {
      const all = Object.entries(matchers).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
      // Without labels a silence would be about every alert.
      if (all.every(({ value }) => value === '')) {
        throw new AlertmanagerFailed(
          'Alertmanager was asked for a silence without labels, which would silence everything.',
        );
      }
      const answer = await call('POST', 'silences', {
        ...{ matchers: all, startsAt: atOnce, endsAt: new Date(Math.min(until, never)).toISOString() },
        createdBy: cut(by, longest.by, () => '…') || 'ultronex',
        comment: commentFor(comment),
      });
      if (answer.status !== 200) throw refused('the silence', answer);
      const id = (parseJson(answer.text) as { silenceID?: unknown } | null | undefined)?.silenceID;
      if (typeof id === 'string' && id !== '' && id.length <= longest.id) return id;
      throw new AlertmanagerFailed('Alertmanager returned no id of the silence. Is ALERTMANAGER_URL its address?');
    },

    async end(id) {
      const answer = await call('DELETE', `silence/${encodeURIComponent(id)}`);
      if (answer.status !== 200 && answer.status !== 404) throw refused('the end of the silence', answer);
    },

    async find(comment) {
      const answer = await call('GET', 'silences', undefined, { ...bounds, mostBytes: mostBytesOfList });
      if (answer.status !== 200) throw refused('the list of silences', answer);
      const all = parseJson(answer.text);
      if (!Array.isArray(all)) {
        throw new AlertmanagerFailed('Alertmanager returned no list of silences. Is ALERTMANAGER_URL its address?');
      }
      const wanted = commentFor(comment);
      return (all as (Listed | null)[]).flatMap((each) =>
        each?.status?.state === 'active' && typeof each.id === 'string' && each.comment === wanted ? [each.id] : [],
      );
    },
  };
}

const commentFor = (comment: string) => cut(comment, longest.comment, () => '…');

interface Listed {
  id?: string;
  comment?: string;
  status?: { state?: string };
}

/** Errors are texts in JSON, or objects with a `message`. */
function refused(what: string, { status, text }: Answer): AlertmanagerFailed {
  const said = parseJson(text) as { message?: unknown } | string | null | undefined;
  const reason = typeof said === 'string' ? said : typeof said?.message === 'string' ? said.message : text;
  return new AlertmanagerFailed(`Alertmanager refused ${what} (${status})${reasonIn(reason)}.`);
}
