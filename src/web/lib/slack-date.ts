import { ahead, clockTime, shortTime } from './time.ts';

const dayMs = 86_400_000;

function near(at: number, now: number): string | null {
  const day = new Date(at).toDateString();
  if (day === new Date(now).toDateString()) return 'today';
  if (day === new Date(now + dayMs).toDateString()) return 'tomorrow';
  return day === new Date(now - dayMs).toDateString() ? 'yesterday' : null;
}

const written = (options: Intl.DateTimeFormatOptions) => (at: number) =>
  new Date(at).toLocaleDateString([], { day: 'numeric', year: 'numeric', ...options });
const date = written({ month: 'long' });
const short = written({ month: 'short' });
const long = written({ month: 'long', weekday: 'long' });

/** Slack's tokens. https://docs.slack.dev/messaging/formatting-message-text, "Date formatting" */
const tokens: Record<string, (at: number, now: number) => string> = {
  date_num: written({ month: '2-digit', day: '2-digit' }),
  date_slash: written({ month: '2-digit', day: '2-digit' }),
  date,
  date_short: short,
  date_long: long,
  date_pretty: (at, now) => near(at, now) ?? date(at),
  date_short_pretty: (at, now) => near(at, now) ?? short(at),
  date_long_pretty: (at, now) => near(at, now) ?? long(at),
  time: shortTime,
  time_secs: clockTime,
  ago: ahead,
};

/** Formats a time by Slack's format such as `{date_short_pretty} {time}`, in the local time zone; null for an unknown token. */
export function slackDate(at: number, format: string): string | null {
  const now = Date.now();
  const text = format.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(tokens, name) ? (tokens[name]?.(at, now) ?? whole) : whole,
  );
  return /[{}]/.test(text) ? null : text;
}
