import type { Load } from './load.ts';
import type { TakeOver } from './take-over.ts';
import type { Verdict } from './tally.ts';

export interface Outcome {
  verdict: Verdict;
  load: Pick<Load, 'count'>;
  /** Messages that have not come to their end. */
  open: number;
  /** Messages in Slack that are of no item. */
  strangers: number;
  takeOvers: { messages: readonly TakeOver[]; tasks: readonly number[] };
  hasKills: boolean;
}

/** Seconds; 0 for none. */
export const slowest = (times: readonly number[]): number => Math.max(0, ...times);

/**
 * Those that take over may be killed themselves, so the last message of a killed instance has twice the time of the first one.
 * @param withinS what the first message, and a task, may take
 */
export const lastWithinS = (withinS: number): number => 2 * withinS;

/** Returns what is not as wanted. @param withinS how many seconds a take-over may take */
export function wrongIn({ verdict, load, open, strangers, takeOvers, hasKills }: Outcome, withinS: number): string[] {
  const { messages, tasks } = takeOvers;
  const { acknowledged, twice, lost, outOfOrder } = verdict;
  const first = slowest([...messages.map((each) => each.first), ...tasks]);
  const last = slowest(messages.map((each) => each.last ?? Number.POSITIVE_INFINITY));
  return [
    ...(acknowledged < 0.9 * load.count ? ['too few were acknowledged'] : []),
    ...(twice + lost + outOfOrder + open > 0 ? ['acted twice, lost, out of order or left open'] : []),
    ...(strangers > 0 ? [`${strangers} messages that nobody sent`] : []),
    ...(first >= withinS ? ['a take-over was slow'] : []),
    ...(last >= lastWithinS(withinS) ? [`the last message of a killed instance took ${last} s`] : []),
    ...(hasKills && messages.length === 0 ? ['no take-over was seen'] : []),
  ];
}
