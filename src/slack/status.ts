import type { Health } from '../ports/source.ts';

/** What is known about the connection to Slack, told by whoever finds out, read by `health()`. */
export interface SlackStatus {
  started(running: boolean): void;
  /** Slack refuses the bot token (or the app was removed). */
  authLost(code: string): void;
  authOk(): void;
  authRefused(): boolean;
  /** Slack knows who we are: `@ultronex in Acme`. */
  identified(who: string): void;
  sockets(connected: number): void;
  /** The latest reason why Slack or a socket could not be reached; null: it was. */
  trouble(text: string | null): void;
  health(): Health;
  /** A call was refused for want of a scope of the app, or not any more. */
  lacksScope(scope: string, lacking: boolean): void;
  /** Called when the bot token, until then good, is refused. */
  onAuthLost: (() => void) | null;
}

/** `wanted`: how many sockets there should be; 0 for events over HTTP. */
export function createStatus(wanted: number): SlackStatus {
  let running = false;
  let refused: string | null = null;
  let who: string | null = null;
  let open = 0;
  let latest: string | null = null;
  const lacking = new Set<string>();

  function health(): Health {
    const connection = connectionHealth();
    if (lacking.size === 0 || connection.state === 'down') return connection;
    const scopes = [...lacking].join(', ');
    const remedy = 'add it under "OAuth & Permissions" and install the app again';
    return { state: 'degraded', detail: `${connection.detail}; the app lacks the scope ${scopes}: ${remedy}` };
  }

  function connectionHealth(): Health {
    if (!running) return { state: 'down', detail: 'not started' };
    if (refused) {
      return {
        state: 'down',
        detail: `Slack refuses the bot token (${refused}): install the app again, set its token`,
      };
    }
    const because = latest ? `: ${latest}` : '';
    if (!who) return { state: 'down', detail: `Slack was not reached yet${because}` };
    if (wanted === 0) return { state: 'ok', detail: `${who}, events over HTTP` };
    const detail = `${who}, ${open} of ${wanted} sockets connected${open < wanted ? because : ''}`;
    return { state: open === 0 ? 'down' : open < wanted ? 'degraded' : 'ok', detail };
  }

  const status: SlackStatus = {
    onAuthLost: null,
    started(now) {
      running = now;
    },
    authLost(code) {
      const news = refused === null;
      refused = code;
      if (news) status.onAuthLost?.();
    },
    authOk() {
      refused = null;
    },
    authRefused: () => refused !== null,
    identified(text) {
      who = text;
    },
    sockets(connected) {
      open = connected;
    },
    trouble(text) {
      latest = text;
    },
    lacksScope(scope, lacks) {
      if (lacks) lacking.add(scope);
      else lacking.delete(scope);
    },
    health,
  };
  return status;
}
