import { formatDuration } from '../../domain/duration.ts';
import { type UnservedBot, unservedText } from '../../domain/unserved-bot.ts';
import type { PartHealth } from '../../ports/source.ts';
import type { Store } from '../../ports/store.ts';
import { readProgress } from './cursor.ts';
import { type Lost, readLost } from './keep.ts';

/** A receiver is ill when its oldest event waits for so long. Milliseconds. */
const illAfterMs = 60_000;
/** Lost events are told for so long. Milliseconds. */
const lostToldMs = 24 * 3_600_000;

export interface SinkState {
  sink: string;
  /** Events that it has not got. */
  behind: number;
  /** Since when the oldest of them waits, milliseconds since the epoch; null: none waits. */
  since: number | null;
  lost: Lost | null;
}

export interface Overview {
  kept: number;
  sinks: readonly SinkState[];
}

/** Reads how far each receiver is, whichever program sends to it. */
export async function readOverview(store: Store, sinks: readonly string[]): Promise<Overview> {
  const { first, last } = await store.eventEnds();
  const states: SinkState[] = [];
  for (const sink of sinks) {
    const { position } = await readProgress(store, sink);
    const from = Math.max(position, first - 1);
    const [oldest] = from < last ? await store.eventsAfter(from, 1) : [];
    states.push({ sink, behind: last - from, since: oldest?.at ?? null, lost: await readLost(store, sink) });
  }
  return { kept: last - first + 1, sinks: states };
}

interface More {
  unserved?: readonly UnservedBot[];
  /** Why Redis is not reached. */
  trouble?: string | null;
  /** A remark for people. It does not make the health worse. */
  note?: string | null;
}

/** Returns the health in a line: `1,204 events kept; stream: 3 behind`. `problem`: why a receiver gets none here. */
export function healthOf(
  { kept, sinks }: Overview,
  now: number,
  problem: (sink: string) => string | null,
  { unserved = [], trouble = null, note = null }: More = {},
): PartHealth {
  const count = (n: number) => n.toLocaleString('en-US');
  let isIll = false;
  const parts = sinks.map(({ sink, behind, since, lost }) => {
    const waitsMs = since === null ? 0 : now - since;
    const why = problem(sink);
    const isLost = lost !== null && now - lost.at < lostToldMs;
    isIll ||= waitsMs > illAfterMs || why !== null || isLost;
    const late = waitsMs > illAfterMs ? ` for ${formatDuration(waitsMs)}` : '';
    const because = why === null ? '' : ` (${why})`;
    const gone = isLost ? `, ${count(lost.events)} lost` : '';
    return `${sink}: ${count(behind)} behind${late}${because}${gone}`;
  });
  if (note !== null) parts.push(note);
  if (trouble !== null) {
    isIll = true;
    if (!sinks.some(({ sink }) => problem(sink) === trouble)) parts.push(trouble);
  }
  if (unserved.length > 0) {
    isIll = true;
    parts.push(unservedText(unserved));
  }
  return { state: isIll ? 'degraded' : 'ok', detail: [`${count(kept)} events kept`, ...parts].join('; ') };
}
