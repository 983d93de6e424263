import type { Socket } from 'node:net';
import type { DockerActor } from '../../docker/index.ts';
import { createLineReader, DockerRefused } from '../../docker/index.ts';
import type { Container } from './container.ts';

export interface Shell {
  /** The shell's terminal: writes are its input, reads its output. Closes when the shell ends. */
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
  // Engine 20.10 responds before the process runs, and resizing fails until then.
  await persist(() => resize(size.columns, size.rows));
  return { socket, resize };
}

/** Lets each shell print a word: Docker reports a missing program only in the output of the exec. */
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
    // The connection was cut before the word came.
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
