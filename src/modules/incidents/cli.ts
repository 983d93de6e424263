import type { ModuleCommand } from '../module.ts';

/** The module's commands. */
export const incidentCommands: readonly ModuleCommand[] = [
  {
    name: 'incident',
    summary: 'Print an incident with its history, as JSON, or as the skeleton of a post-mortem in Markdown.',
    usage: '<number> [--markdown]',
    options: {
      markdown: { type: 'boolean', description: 'A post-mortem in Markdown: times, people, log lines, releases.' },
    },
    words: [1, 1],
    connects: true,
    async run({ words, values, api, out, err }) {
      const [, number] = /^#?(\d{1,9})$/.exec(words[0] ?? '') ?? [];
      if (number === undefined) {
        err(`"${words[0]}" is no number of an incident; GET /ultronex/incidents lists them.`);
        return 2;
      }
      const path = `/incidents/${number}`;
      if (values.markdown === true) out((await api().text(path, 'text/markdown')).trimEnd());
      else out(JSON.stringify(await api().call('GET', path), null, 2));
      return 0;
    },
  },
];
