import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import type { Site } from './site.ts';
import type { watchTakeOvers } from './take-over.ts';

export interface Kills {
  instances: number;
  database: number;
}

/** Milliseconds between two kills, and how many of instances come before one of the database. */
const pauseMs = { least: 3_500, most: 7_000 };
const instancesADatabase = 4;

const seconds = (since: number) => ((performance.now() - since) / 1_000).toFixed(1);

/** Kills a random instance every few seconds and the database now and then, with SIGKILL, and starts it again. */
export async function killAtRandom(
  { instances, restart, database }: Site,
  watch: ReturnType<typeof watchTakeOvers>,
  random: Random,
  isOver: () => boolean,
): Promise<Kills> {
  const kills: Kills = { instances: 0, database: 0 };
  const restarts = new Set<Promise<void>>();
  const wait = async (ms: number) => {
    for (const until = performance.now() + ms; performance.now() < until && !isOver(); ) await sleep(100);
  };
  while (!isOver()) {
    await wait(Math.max(watch.quietMs, pauseMs.least + random.next() * (pauseMs.most - pauseMs.least)));
    if (isOver()) break;
    if (random.next() < 1 / (instancesADatabase + 1)) {
      kills.database += 1;
      const killedAt = performance.now();
      await database.kill();
      await database.start();
      console.log(`the database was killed, and was back after ${seconds(killedAt)} s`);
      continue;
    }
    // On a machine where a start takes longer than the pause, none would be left to kill.
    const running = instances.flatMap((each, index) => (each === null ? [] : [index]));
    if (running.length < 2) continue;
    const index = random.pick(running);
    const killed = instances[index];
    instances[index] = null;
    kills.instances += 1;
    await killed?.kill('SIGKILL');
    watch.killed();
    const killedAt = performance.now();
    const again = restart(index).then(() => {
      restarts.delete(again);
      console.log(`instance ${index + 1} was killed, and was back after ${seconds(killedAt)} s`);
    });
    restarts.add(again);
  }
  await Promise.all(restarts);
  return kills;
}
