import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { containersApi } from './api.ts';

export interface Shell {
  focus(): void;
  /** Closes the connection and takes the terminal away. */
  close(): void;
}
export interface ShellEvents {
  open(): void;
  /** By the other side; what is on the screen stays. */
  end(why: string): void;
  /** Somebody wants to leave it with the keyboard. */
  leave(): void;
}

/** A shell of the container, shown in `host`. Its own file, so that the terminal is fetched when somebody wants one. */
export function openShell(host: HTMLElement, name: string, on: ShellEvents): Shell {
  const { backgroundColor, color, fontFamily } = getComputedStyle(host);
  const terminal = new Terminal({
    fontFamily,
    fontSize: 13,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    minimumContrastRatio: 4.5,
    scrollback: 5_000,
    theme: { background: backgroundColor, foreground: color, cursor: color },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(host);
  fit.fit();
  terminal.textarea?.setAttribute('aria-label', `Shell in ${name}`);
  // Tab belongs to the shell, so there is another key to get out with.
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key !== 'Escape' || !event.shiftKey) return true;
    if (event.type === 'keydown') on.leave();
    return false;
  });

  const socket = containersApi.shell(name, terminal.cols, terminal.rows);
  const send = (data: string | Uint8Array<ArrayBuffer>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  let opened = false;
  let closing = false;
  socket.addEventListener('open', () => {
    opened = true;
    // It may have been resized since the address was made.
    sendSize();
    on.open();
    terminal.focus();
  });
  socket.addEventListener('message', ({ data }) => terminal.write(new Uint8Array(data)));
  socket.addEventListener('close', ({ reason }) => {
    // A browser does not tell a page why a WebSocket was refused.
    const why = reason || (opened ? 'The connection ended.' : 'The server refused the connection, or does not answer.');
    if (!closing) on.end(why);
  });
  const sendSize = () => send(JSON.stringify({ resize: { columns: terminal.cols, rows: terminal.rows } }));
  const encoder = new TextEncoder();
  terminal.onData((text) => send(encoder.encode(text)));
  terminal.onBinary((text) => send(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  terminal.onResize(sendSize);
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(host);

  return {
    focus: () => terminal.focus(),
    close() {
      closing = true;
      observer.disconnect();
      socket.close();
      terminal.dispose();
    },
  };
}
