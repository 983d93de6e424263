/**
 * How many messages a CPU second are matched against the same patterns by Ultronex' pattern set, by hubot 14's listeners
 * and by a plain loop of JavaScript regular expressions. All three must find the same; rounds are interleaved.
 */
import { pathToFileURL } from 'node:url';
import { Adapter, Robot, TextMessage, User } from 'hubot';
import { createPatternSet } from '../src/patterns/index.ts';
import { makeCorpus } from './patterns-corpus.ts';

/** One contestant's result; rates in messages a CPU second. */
export interface Row {
  readonly name: string;
  readonly patterns: number;
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** Median, over the rounds, of this rate divided by hubot's rate in the same round. */
  readonly timesHubot: number;
  /** Share of messages that matched at least one pattern. */
  readonly hitShare: number;
}

interface Contestant {
  readonly name: string;
  /** Passes over the messages in a round: fast contestants need several for the clock. */
  readonly passes: number;
  /** Number of (message, pattern) hits, and of messages with a hit. */
  readonly pass: (messages: readonly string[]) => Promise<{ hits: number; matched: number }>;
}

export async function run(options: { patterns?: number; messages?: number; rounds?: number } = {}): Promise<Row[]> {
  const { patterns = 1_000, messages: count = 1_000, rounds = 7 } = options;
  const corpus = makeCorpus({ patterns, messages: count });
  const contestants = [ours(corpus.patterns), hubot(corpus.patterns), plainLoop(corpus.patterns)];
  const truth = await Promise.all(contestants.map(({ pass }) => pass(corpus.messages)));
  contestants.forEach(({ name }, index) => {
    if (truth[index]?.hits !== truth[0]?.hits) {
      throw new Error(`${name} found ${truth[index]?.hits} hits, the first contestant ${truth[0]?.hits}`);
    }
  });
  const rates = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries())
      rates[index]?.push(await rateOf(contestant, corpus.messages));
  }
  const base = rates[contestants.findIndex(({ name }) => name.startsWith('hubot'))] as number[];
  return contestants.map(({ name }, index) => {
    const own = rates[index] as number[];
    const timesHubot = median(own.map((rate, round) => rate / (base[round] as number)));
    const spread = { lowest: Math.min(...own), highest: Math.max(...own) };
    return { name, patterns, median: median(own), ...spread, timesHubot, hitShare: (truth[0]?.matched ?? 0) / count };
  });
}

async function rateOf({ pass, passes }: Contestant, messages: readonly string[]): Promise<number> {
  const before = process.cpuUsage();
  for (let repeat = 0; repeat < passes; repeat++) await pass(messages);
  const { user, system } = process.cpuUsage(before);
  return (messages.length * passes * 1e6) / (user + system);
}

function ours(patterns: readonly string[]): Contestant {
  const set = createPatternSet();
  patterns.forEach((source, index) => {
    set.add(String(index), source);
  });
  const pass = async (messages: readonly string[]) => tally(messages.map((text) => set.match(text)?.length ?? 0));
  return { name: 'Ultronex', passes: 15, pass };
}

/** Listeners that only count, on an adapter that does nothing: no network, no log output. */
function hubot(patterns: readonly string[]): Contestant {
  process.env.HUBOT_LOG_LEVEL = 'silent';
  const robot = new Robot({ name: 'none' }, false, 'bot');
  robot.logger.level = 'silent';
  robot.adapter = new Adapter(robot);
  let hits = 0;
  for (const source of patterns) {
    robot.hear(new RegExp(source, 'i'), () => {
      hits += 1;
    });
  }
  const user = new User('1', { name: 'someone', room: 'general' });
  const pass = async (messages: readonly string[]) => {
    const counts: number[] = [];
    for (const text of messages) {
      hits = 0;
      await robot.receive(new TextMessage(user, text, '1'));
      counts.push(hits);
    }
    return tally(counts);
  };
  return { name: 'hubot 14, robot.hear', passes: 1, pass };
}

function plainLoop(patterns: readonly string[]): Contestant {
  const compiled = patterns.map((source) => new RegExp(source, 'i'));
  const countIn = (text: string) => compiled.reduce((sum, pattern) => sum + (pattern.test(text) ? 1 : 0), 0);
  return { name: 'JavaScript RegExp loop', passes: 1, pass: async (messages) => tally(messages.map(countIn)) };
}

function tally(counts: readonly number[]) {
  return { hits: counts.reduce((sum, n) => sum + n, 0), matched: counts.filter((n) => n > 0).length };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const rounded = (await run()).map((row) => ({
    ...row,
    median: Math.round(row.median),
    lowest: Math.round(row.lowest),
    highest: Math.round(row.highest),
    timesHubot: Number(row.timesHubot.toFixed(2)),
    hitShare: Number(row.hitShare.toFixed(3)),
  }));
  console.table(rounded);
}
