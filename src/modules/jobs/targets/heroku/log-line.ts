/** A line of Logplex: `2012-10-11T03:47:20.123456+00:00 app[run.8361]: text`. */
export interface LogLine {
  /** Microseconds since the epoch. */
  at: number;
  /** `app`: the job wrote it, or Heroku’s API did (`app[api]`). `heroku`: the platform wrote it. */
  source: string;
  /** A dyno, `api`, `router`, `logplex`. */
  ps: string;
  text: string;
}

const form = /^(\S{20,40}) ([\w-]{1,60})\[([^\]\s]{1,200})\]:(?: |$)(.*)$/s;
const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Returns null for anything else. Only the prefix tells who wrote a line: a job can print any text. */
export function parseLogLine(line: string): LogLine | null {
  const [, stamp = '', source = '', ps = '', text = ''] = form.exec(line) ?? [];
  const at = microsOf(stamp);
  return at === null ? null : { at, source, ps, text };
}

function microsOf(stamp: string): number | null {
  const [, seconds = '', fraction = '', zone = ''] = time.exec(stamp) ?? [];
  const ms = Date.parse(seconds + zone);
  return Number.isNaN(ms) ? null : ms * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
