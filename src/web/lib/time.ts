import { onScopeDispose, type Ref, ref } from 'vue';

const units: [limit: number, ms: number, name: string][] = [
  [60_000, 1_000, 's'],
  [3_600_000, 60_000, 'min'],
  [86_400_000, 3_600_000, 'h'],
  [Number.POSITIVE_INFINITY, 86_400_000, 'd'],
];

/** Formats milliseconds: `12 s`, `5 min`, `3 h`, `2 d`. */
export function span(ms: number): string {
  const unit = units.find(([limit]) => ms < limit) ?? units[3];
  return unit ? `${Math.max(0, Math.floor(ms / unit[1]))} ${unit[2]}` : '';
}

/** Formats a past time. `now` may be slightly before `at`, since it is updated every few seconds only. */
export function ago(at: number, now: number): string {
  return now - at < 5_000 ? 'just now' : `${span(now - at)} ago`;
}

/** Formats a future time. */
export const ahead = (at: number, now: number) => (at > now ? `in ${span(at - now)}` : ago(at, now));

/** Returns `14:03:27`. Used for thousands of lines; `toLocaleTimeString` takes a hundred times as long. */
export const clockTime = (at: number) => new Date(at).toTimeString().slice(0, 8);
/** Returns `14:03`. */
export const shortTime = (at: number) => clockTime(at).slice(0, 5);
export const fullTime = (at: number) => new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });

/** Formats a time: `14:03` today, `28 Nov, 14:03` on other days, with the year if it is another one. */
export function when(iso: string, now: number): string {
  const at = new Date(iso);
  const today = new Date(now);
  const time = shortTime(at.getTime());
  if (at.toDateString() === today.toDateString()) return time;
  const sameYear = at.getFullYear() === today.getFullYear();
  const day = at.toLocaleDateString([], { day: 'numeric', month: 'short', ...(!sameYear && { year: 'numeric' }) });
  return `${day}, ${time}`;
}

export function dayName(at: number): string {
  const day = new Date(at).toDateString();
  if (day === new Date().toDateString()) return 'Today';
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return 'Yesterday';
  return new Date(at).toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
}

/** Returns the current time in milliseconds since the epoch, updated every `everyMs`. */
export function useNow(everyMs: number): Ref<number> {
  const now = ref(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, everyMs);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
