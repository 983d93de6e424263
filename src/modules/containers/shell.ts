import type { Socket } from 'node:net';
import type { Container } from './container.ts';
import type { DockerActor } from './docker/client.ts';
import { createLineReader } from './docker/frames.ts';
import { DockerRefused } from './errors.ts';

export interface Shell {
  /** What is written is typed; what is read is shown. Ends with the shell. */
  socket: Socket;
  resize(columns: number, rows: number): Promise<void>;
}

const shells = ['/bin/bash', '/bin/sh'];
const sign = 'ultronex-shell';
const probeMs = 10_000;

/** Opens the first shell that the container has. @throws DockerRefused, DockerUnavailable */
export async function openShell(
  docker: DockerActor,
  container: Container,
  size: { columns: number; rows: number },
): Promise<Shell> {
  if (container.state !== 'running') {
    throw new DockerRefused(`${container.name} is ${container.state}; a shell needs a running container.`, 409);
  }
  const shell = await findShell(docker, container.id);
  if (shell === null) {
    throw new DockerRefused(`The image ${container.image} has no shell: neither ${shells.join(' nor ')}.`, 409);
  }
  const exec = await docker.createExec(container.id, [shell], true);
  const socket = await docker.startExec(exec, true);
  const resize = (columns: number, rows: number) => docker.resizeExec(exec, columns, rows);
  // Engine 20.10 starts the process after it has answered, and cannot set the size of one that is not there yet.
  await persist(() => resize(size.columns, size.rows));
  return { socket, resize };
}

/** Asks each to say a word: Docker tells of a program that is not there only in what it "prints". */
async function findShell(docker: DockerActor, id: string): Promise<string | null> {
  for (const shell of shells) {
    const exec = await docker.createExec(id, [shell, '-c', `echo ${sign}`], false);
    const socket = await docker.startExec(exec, false);
    if (await says(socket, sign)) return shell;
  }
  return null;
}

async function says(socket: Socket, word: string): Promise<boolean> {
  const reader = createLineReader(false);
  const timer = setTimeout(() => socket.destroy(), probeMs);
  try {
    for await (const chunk of socket) {
      if (reader.push(chunk as Buffer).some(({ stream, text }) => stream === 'stdout' && text === word)) return true;
    }
  } catch {
    // Cut off: it has not said it.
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
  return false;
}

async function persist(task: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      return await task();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
