import { Gauge, type Registry } from 'prom-client';
import { type BeatStatus, type Beats, beatStates } from './types.ts';

/** Beats with metrics of their own, the first ones by name. */
const mostLabelled = 200;

/** Metrics of beats. */
export function countBeats(registry: Registry, beats: Beats): void {
  const registers = [registry];
  new Gauge({
    ...{ name: 'ultronex_beats', labelNames: ['state'], registers },
    help: 'Beats by their state: waiting (never pinged), ok, running, late, failed.',
    collect() {
      const all = beats.list();
      for (const state of beatStates) this.set({ state }, all.filter((each) => each.state === state).length);
    },
  });

  function ofEach(name: string, help: string, value: (status: BeatStatus) => number | null): void {
    new Gauge({
      ...{ name, labelNames: ['beat'], registers },
      help: `${help} Absent before the first ping, and for beats after the first ${mostLabelled} by name.`,
      collect() {
        this.reset();
        for (const status of beats.list().slice(0, mostLabelled)) {
          const found = value(status);
          if (found !== null) this.set({ beat: status.beat.name }, found);
        }
      },
    });
  }

  const seconds = (ms: number | null) => (ms === null ? null : ms / 1_000);
  ofEach('ultronex_beat_up', '0: the beat is late or its last run failed, 1: it is fine.', ({ state }) => {
    if (state === 'waiting') return null;
    return state === 'late' || state === 'failed' ? 0 : 1;
  });
  ofEach('ultronex_beat_last_ping_timestamp_seconds', 'Unix time of the last ping of any kind.', ({ lastAt }) =>
    seconds(lastAt),
  );
  ofEach(
    'ultronex_beat_due_timestamp_seconds',
    'Unix time at which the next ping is due, without grace; while a run is under way: by when it has to end.',
    ({ dueAt }) => seconds(dueAt),
  );
}
