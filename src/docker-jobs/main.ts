import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createDockerRunner } from '../docker/index.ts';
import { systemClock } from '../domain/clock.ts';
import { createJobs } from './jobs.ts';
import { type Options, readOptions } from './options.ts';
import { dropPrivileges } from './privileges.ts';
import { createJobServer } from './server.ts';
import { sweep } from './sweep.ts';

/** sysexits.h: EX_CONFIG. */
const exitConfig = 78;
const sweepMs = 60_000;

/** The process that has Docker's socket, and starts containers of jobs for the program. It reads no environment variable. */
function main(args: string[]): void {
  const { listen, docker: socket, images, health } = options(args);
  const docker = createDockerRunner(`unix:${socket}`);
  const server = createJobServer(createJobs(docker), images);
  // A process that was killed leaves its socket, and `listen` fails while the file is there.
  rmSync(listen, { force: true });
  server.listen(listen, () => {
    // The folder is a volume that only the program has besides.
    chmodSync(listen, 0o666);
    try {
      console.error(`docker-jobs ${dropPrivileges(socket)}; listens at ${listen}; images: ${[...images].join(', ')}`);
    } catch (error) {
      // A restart tries again.
      console.error(`docker-jobs did not start: ${(error as Error).message}. Does Docker run?`);
      process.exit(1);
    }
  });
  if (health !== null) {
    createServer((_request, response) => {
      docker.ping().then(
        () => response.end('OK'),
        (error) => response.writeHead(503).end(error.message),
      );
    }).listen(health, '127.0.0.1');
  }
  const again = () => {
    sweep(docker, systemClock)
      .then((done) => done.forEach((line) => void console.error(`docker-jobs ${line}`)))
      .catch((error) => console.error(`docker-jobs: ${error.message}`))
      .finally(() => systemClock.after(sweepMs, again));
  };
  systemClock.after(sweepMs, again);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
}

function options(args: string[]): Options {
  try {
    return readOptions(args);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(exitConfig);
  }
}

main(process.argv.slice(2));
