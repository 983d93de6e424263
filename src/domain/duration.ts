const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Largest first: parts of a duration have to come in this order. */
const units = [
  { sign: 'w', names: ['w', 'week', 'weeks'], ms: 7 * day },
  { sign: 'd', names: ['d', 'day', 'days'], ms: day },
  { sign: 'h', names: ['h', 'hr', 'hrs', 'hour', 'hours'], ms: hour },
  { sign: 'm', names: ['m', 'min', 'mins', 'minute', 'minutes'], ms: minute },
  { sign: 's', names: ['s', 'sec', 'secs', 'second', 'seconds'], ms: second },
] as const;

const whole = /^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/;
const part = /(\d+(?:\.\d+)?)\s*([a-z]+)/g;

/**
 * Parses `30m`, `2h`, `1d`, `1w`, `45s`, `1h30m`, `1.5 hours`; a bare number is minutes. Each unit at most once, larger
 * ones first. Returns whole milliseconds; null for 0 and for anything else.
 */
export function parseDuration(text: string): number | null {
  const written = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(written)) return positive(Number(written) * minute);
  if (!whole.test(written)) return null;
  let ms = 0;
  let largestLeft = 0;
  for (const [, amount, name] of written.matchAll(part)) {
    const index = units.findIndex((unit) => unit.names.some((known) => known === name));
    const unit = units[index];
    if (!unit || index < largestLeft) return null;
    largestLeft = index + 1;
    ms += Number(amount) * unit.ms;
  }
  return positive(ms);
}

function positive(ms: number): number | null {
  const rounded = Math.round(ms);
  return Number.isSafeInteger(rounded) && rounded > 0 ? rounded : null;
}

/** Formats milliseconds with two units, rounded down: `2d 4h`, `1h 30m`, `45s`, `0s`. Days are the largest unit. */
export function formatDuration(ms: number): string {
  const shown = units.slice(1);
  const first = shown.findIndex((unit) => ms >= unit.ms);
  const large = shown[first];
  if (!large) return '0s';
  const small = shown[first + 1];
  const rest = small ? Math.floor((ms % large.ms) / small.ms) : 0;
  const head = `${Math.floor(ms / large.ms)}${large.sign}`;
  return small && rest > 0 ? `${head} ${rest}${small.sign}` : head;
}
