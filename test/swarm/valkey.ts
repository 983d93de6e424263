import { eventually } from '../support/program.ts';
import { type Events, textWith } from './events.ts';
import type { Machine, Machines } from './machines.ts';

/** The stream in Valkey: the ids of its events in order, and all of it as text. */
interface Stream {
  ids: string[];
  texts: string;
}

const containerOf = (service: string) => `$(docker ps --quiet --filter label=com.docker.compose.service=${service})`;

/** Reads the stream as a program on another machine does. */
async function readStream({ all, on }: Machines): Promise<Stream> {
  const command = 'REDISCLI_AUTH=$(cat /run/secrets/password) valkey-cli -h valkey --raw XRANGE ultronex:events - +';
  for (const machine of all) {
    const id = await on(machine, `echo ${containerOf('reader')}`);
    if (id.trim() === '') continue;
    const texts = await on(machine, `docker exec ${id.trim()} sh -c '${command}'`);
    return { ids: texts.match(/^ev_[0-9a-f]{32}$/gm) ?? [], texts };
  }
  throw new Error('the reader runs on no machine');
}

/**
 * Kills Valkey, which is on the first machine, and waits until its stream has all of `acked`: events of before, and of while it was
 * away.
 * @param acked grows while this runs
 * @returns a sentence with the number of events in the stream, and of ids that it has more than once
 * @throws Error when the stream lacks events
 */
export async function tryValkey(machines: Machines, acked: Events['acked']): Promise<string> {
  const { all, on } = machines;
  const areThere = (what: string) => {
    const wanted = [...acked];
    return eventually(
      what,
      async () => {
        const stream = await readStream(machines).catch(() => null);
        return stream !== null && wanted.every((match) => stream.texts.includes(textWith(match))) && stream;
      },
      90_000,
    );
  };
  const before = await areThere('the events before are in the stream');
  await on(all[0] as Machine, `kill -9 $(docker inspect -f '{{.State.Pid}}' ${containerOf('valkey')})`);
  const count = acked.size;
  await eventually('events while it is away', () => acked.size > count + 1);
  const after = await areThere('all events are in the stream');
  const kept = before.ids.filter((id) => after.ids.includes(id)).length;
  if (kept < before.ids.length) throw new Error(`${before.ids.length - kept} events were lost from the stream`);
  const again = after.ids.length - new Set(after.ids).size;
  return `the stream has ${after.ids.length} events, ${before.ids.length} of them from before the kill; ${again} ids are there more than once`;
}
