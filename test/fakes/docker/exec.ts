import type { Duplex } from 'node:stream';
import { type Exec, frame } from './world.ts';

/** With a terminal: says what is typed, ends at `exit` or Ctrl-D. Without: the word that `-c` echoes. */
export function runExec(exec: Exec, socket: Duplex, bodyBytesLeft: number): void {
  const { container, command, tty } = exec;
  const [shell = '', , script = ''] = command;
  socket.on('close', () => {
    exec.over = true;
  });
  if (!container.shells.includes(shell)) {
    const text = `OCI runtime exec failed: exec failed: exec: "${shell}": stat ${shell}: no such file or directory\r\n`;
    return void socket.end(tty ? text : frame(1, text));
  }
  if (!tty) return void socket.end(frame(1, `${script.replace('echo ', '')}\n`));
  let skip = bodyBytesLeft;
  socket.write('$ ');
  socket.on('data', (bytes: Buffer) => {
    const typed = bytes.subarray(skip);
    skip = Math.max(0, skip - bytes.length);
    socket.write(typed);
    if (typed.includes(4) || typed.toString().includes('exit\n')) socket.end();
  });
}
