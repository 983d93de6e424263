import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { containersApi } from './api.ts';

export interface Shell {
  focus(): void;
  /** Closes the connection and removes the terminal. */
  close(): void;
}
export interface ShellEvents {
  open(): void;
  /** The server closed the connection. The screen's content stays. */
  end(why: string): void;
  /** The user pressed the key to leave the terminal. */
  leave(): void;
}

/** Opens a shell of the container in the element `host`. A file of its own, so that xterm.js is loaded on demand. */
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
  // Tab is input of the shell, so another key moves the focus out of the terminal.
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
    // The terminal may have been resized since the request was made.
    sendSize();
    on.open();
    terminal.focus();
  });
  socket.addEventListener('message', ({ data }) => terminal.write(new Uint8Array(data)));
  socket.addEventListener('close', ({ reason }) => {
    // Browsers do not report why a WebSocket was refused.
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
