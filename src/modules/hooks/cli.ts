import type { ModuleCommand } from '../module.ts';

/** The module's commands; what they do is loaded when they run. */
export const hookCommands: readonly ModuleCommand[] = [
  {
    name: 'hooks check',
    summary: 'Check files of hooks; prints every problem as file:line: reason. Exit code 1 when there is one.',
    usage: '[dir|file…]',
    options: {},
    words: [0, Number.POSITIVE_INFINITY],
    run: async (given) => (await import('./cli-check.ts')).checkHooks(given),
  },
  {
    name: 'hooks test',
    summary:
      'Read the body of a webhook from stdin and print what the hook would post. Posts nothing, checks no signature.',
    usage: '<name> [--header "Name: value"] < body.json',
    options: {
      header: {
        type: 'string',
        multiple: true,
        value: 'HEADER',
        description: 'A header of the request that the template reads, such as "X-GitHub-Event: push".',
      },
    },
    words: [1, 1],
    run: async (given) => (await import('./cli-test.ts')).testHook(given),
  },
];
