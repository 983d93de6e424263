import { longestLine } from '../../domain/job.ts';
import { pieces } from '../../lib/pieces.ts';
import type { JobStore, OutputLine } from '../../ports/job-store.ts';
import type { OutputSink } from './target.ts';

/** Where reading goes on after a restart: the cursor of the target, and the line that has no end yet. */
interface Place {
  at: string | null;
  rest: string;
}

export interface OutputLines extends OutputSink {
  /** The cursor of the target from which it goes on; null: from the beginning. */
  readonly from: string | null;
  /** Stores the last line, which has no line break. */
  end(): Promise<void>;
}

export interface OutputLinesParts {
  store: Pick<JobStore, 'addOutput'>;
  id: string;
  /** As the store has it. */
  cursor: string | null;
  now(): number;
  /** Hides the values of secrets. A second call changes nothing. */
  hide(line: string): string;
}

/** Cuts the output of a run into lines and stores them. An unfinished line is stored with the cursor, so a restart keeps it. */
export function createOutputLines({ store, id, cursor, now, hide }: OutputLinesParts): OutputLines {
  const place = placeOf(cursor);
  let { at, rest } = place;

  const lineOf = (text: string): Omit<OutputLine, 'number'> => ({ at: now(), text: hide(text) });

  return {
    from: at,
    async write(text, next) {
      const lines = (rest + text).split(/\r?\n/);
      const parts = pieces(hide(lines.pop() ?? ''), longestLine);
      // The last two pieces stay together until the line ends: a secret may stand at the place where they are cut.
      const last = parts.splice(-2).join('');
      lines.push(...parts);
      await store.addOutput(id, lines.map(lineOf), JSON.stringify({ at: next, rest: last } satisfies Place));
      at = next;
      rest = last;
    },
    async end() {
      if (rest === '') return;
      await store.addOutput(id, [lineOf(rest)], JSON.stringify({ at, rest: '' } satisfies Place));
      rest = '';
    },
  };
}

function placeOf(cursor: string | null): Place {
  return cursor === null ? { at: null, rest: '' } : (JSON.parse(cursor) as Place);
}
