import type { ModuleCommand } from '../module.ts';

/** The module's commands; what they do is loaded when they run. */
export const herokuCommands: readonly ModuleCommand[] = [
  {
    name: 'heroku status',
    summary: 'Print a line for each watched app on Heroku, or all of one app, which is read now.',
    usage: '[app] [--json]',
    options: { json: { type: 'boolean', description: 'As JSON.' } },
    words: [0, 1],
    connects: true,
    run: async (given) => (await import('./cli-status.ts')).herokuStatus(given),
  },
];
