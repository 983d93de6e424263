import { loadConfig, type Settings } from './app/index.ts';
import { ConfigError } from './config/index.ts';
import { errorMessage } from './lib/error-message.ts';
import { loadSparingly } from './lib/load-sparingly.ts';

/** sysexits.h: EX_CONFIG. systemd and people can tell it from a crash. */
const exitConfig = 78;

/** The process: environment in, signals, exit code. */
export async function main(env = process.env): Promise<void> {
  const config = readConfig(env);
  // All files of this process are private to its user, also those that SQLite and Node create.
  process.umask(0o077);
  // A promise that an SDK rejects without a handler must not end the program.
  process.on('unhandledRejection', (error) => console.error(`unhandled rejection: ${errorMessage(error)}`));
  try {
    const app = await loadSparingly(async () => {
      const { startApp } = await import('./app/start.ts');
      return startApp(config);
    });
    greet(app, config);
    stopOnSignal(app.stop);
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : `ultronex did not start: ${errorMessage(error)}`);
    process.exitCode = error instanceof ConfigError ? exitConfig : 1;
  }
}

function readConfig(env: NodeJS.ProcessEnv): Settings {
  try {
    return loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(exitConfig);
  }
}

function greet(
  { url, simulator, password }: { url: string; simulator: boolean; password: { file: string | null } },
  config: Settings,
): void {
  const lines = [`Ultronex is at ${url}/ultronex/`];
  if (simulator) lines.push(`No Slack is configured: the simulator is the workspace, ${url}/ultronex/simulator`);
  if (password.file !== null) {
    lines.push(
      `The API's user is ${config.BASIC_AUTH_USERNAME}; a password was generated and is kept in ${password.file}`,
    );
  }
  // stderr: stdout is for the log lines.
  console.error(lines.join('\n'));
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second signal exits at once.
      if (stopping) process.exit(1);
      stopping = true;
      void stop().finally(() => process.exit(0));
    });
  }
}

if (import.meta.filename === process.argv[1]) await main();
