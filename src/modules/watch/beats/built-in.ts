import type { Beat } from '../../../watch-files/index.ts';

const hour = 3_600_000;
const day = 24 * hour;

const builtIn = (name: string, everyMs: number, graceMs: number): Beat => ({
  ...{ name, place: 'built in', channel: null, severity: null, notify: null, fix: null },
  ...{ schedule: { kind: 'every', everyMs }, graceMs, startGraceMs: graceMs },
});

/** Beats of the server's own jobs, see docs/server.md. A beat of the same name in a file replaces one. */
export const builtInBeats: readonly Beat[] = [
  builtIn('server-backup', day, 6 * hour),
  builtIn('server-renewal', day, day),
  builtIn('server-drill', 7 * day, day),
];
