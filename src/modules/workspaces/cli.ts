import type { ModuleCommand } from '../module.ts';

/** The module's commands; what they do is loaded when they run. */
export const workspaceCommands: readonly ModuleCommand[] = [
  {
    name: 'workspaces list',
    summary: 'List the workspaces that installed the bot: id, name, day, key, and what is wrong.',
    usage: '[--json]',
    options: { json: { type: 'boolean', description: 'As JSON.' } },
    words: [0, 0],
    connects: true,
    run: async (given) => (await import('./cli-run.ts')).listWorkspaces(given),
  },
  {
    name: 'workspaces remove',
    summary: 'Remove the bot from a workspace: revokes its token and forgets it. Its messages and patterns stay.',
    usage: '<team> [--erase]',
    options: { erase: { type: 'boolean', description: 'Delete everything of the workspace as well, for good.' } },
    words: [1, 1],
    connects: true,
    run: async (given) => (await import('./cli-run.ts')).removeWorkspace(given),
  },
  {
    name: 'workspaces rekey',
    summary:
      'Encrypt all tokens with the newest key of TOKEN_KEYS, in steps. It may be interrupted and run again. Exit code 1 while an older key is still needed.',
    usage: '',
    options: {},
    words: [0, 0],
    connects: true,
    run: async (given) => (await import('./cli-run.ts')).rekeyWorkspaces(given),
  },
];
