import { loadConfig } from '../app/index.ts';
import { type ModuleCommand, modules } from '../modules/index.ts';
import { type CliCommand, defineCommand } from './command.ts';
import { connect, connectionOptions } from './connection.ts';
import { readAll } from './input.ts';

/** Returns the commands of all modules. Loads what describes them, not what they do. */
export async function moduleCommands(): Promise<CliCommand[]> {
  const all = await Promise.all(modules.map(async ({ cli }) => (await cli?.()) ?? []));
  return all.flat().map(toCommand);
}

const toCommand = ({ run, connects = false, ...description }: ModuleCommand): CliCommand =>
  defineCommand({
    ...description,
    options: { ...description.options, ...(connects && connectionOptions) },
    run: ({ values, words, io }) =>
      run({
        ...{ words, values, out: io.out, err: io.err },
        // Read when it is used: a wrong setting must not keep a job from running.
        get config() {
          return loadConfig(io.env);
        },
        stdin: () => readAll(io.stdin),
        api: () => connect(values as Parameters<typeof connect>[0], io),
        onInterrupt,
      }),
  });

const interrupts = ['SIGINT', 'SIGTERM'] as const;

function onInterrupt(run: () => void): () => void {
  const restore = () => {
    for (const signal of interrupts) process.off(signal, first);
  };
  // Without a listener the next signal ends the process.
  function first() {
    restore();
    run();
  }
  for (const signal of interrupts) process.on(signal, first);
  return restore;
}
