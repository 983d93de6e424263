import type { ModuleCommand } from '../module.ts';

/** The module's commands; what they do is loaded when they run. */
export const watchCommands: readonly ModuleCommand[] = [
  {
    name: 'watch check',
    summary:
      'Check the files of what is watched; prints every problem as file:line: reason. Exit code 1 when there is one.',
    usage: '[dir|file…]',
    options: {},
    words: [0, Number.POSITIVE_INFINITY],
    run: async (given) => (await import('./cli-check.ts')).checkWatchFiles(given),
  },
  {
    name: 'checks',
    summary:
      'List the checks of the running program: state, uptime, latency, last result. Exit code 1 when one is down.',
    usage: '[--json]',
    options: { json: { type: 'boolean', description: 'JSON, as GET /ultronex/checks returns it.' } },
    words: [0, 0],
    connects: true,
    run: async (given) => (await import('./cli-checks.ts')).printChecks(given),
  },
  {
    name: 'beat',
    summary:
      'Run a command and report its start, its exit code and the end of its output as a beat. Exits with the code of the command, also when the program cannot be reached.',
    usage: '<name> [options] -- <command> [argument…]',
    options: {},
    words: [2, Number.POSITIVE_INFINITY],
    connects: true,
    run: async (given) => (await import('./beats/cli-beat.ts')).runWithBeat(given),
  },
  {
    name: 'beats',
    summary:
      'List the beats of the running program: state, last ping, when the next one is due. Exit code 1 when one is late or failed.',
    usage: '[--json]',
    options: { json: { type: 'boolean', description: 'JSON, as GET /ultronex/beats returns it.' } },
    words: [0, 0],
    connects: true,
    run: async (given) => (await import('./beats/cli-beats.ts')).printBeats(given),
  },
];
