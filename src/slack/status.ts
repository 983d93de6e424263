import type { PartHealth } from '../ports/source.ts';

/** The state of the connection to Slack, which several parts report to, and `health()` returns. */
export interface SlackStatus {
  started(running: boolean): void;
  /** Slack refuses the bot token (or the app was removed). */
  authLost(code: string): void;
  authOk(): void;
  authRefused(): boolean;
  /** Slack told our identity: `@ultronex in Acme`. */
  identified(who: string): void;
  sockets(connected: number): void;
  /** Open sockets delivered nothing and are replaced. `at`: milliseconds since the epoch. */
  silent(at: number): void;
  /** The latest reason why Slack or a socket could not be reached; null: it was. */
  trouble(text: string | null): void;
  health(): PartHealth;
  /** A call was refused because the app lacks a scope, or (`lacking` false) no longer lacks it. */
  lacksScope(scope: string, lacking: boolean): void;
  /** Called when the bot token, until then good, is refused. */
  onAuthLost: (() => void) | null;
}

/** How events arrive. `nothing`: there is neither an app token nor a signing secret, so the program only sends. */
export type EventsBy = 'sockets' | 'http' | 'nothing';

const sendsOnly =
  'sends only: set SLACK_APP_TOKEN or SLACK_SIGNING_SECRET, so that commands, buttons and messages arrive';

/** `wanted`: how many sockets there should be. */
export function createStatus(eventsBy: EventsBy, wanted: number): SlackStatus {
  let running = false;
  let refused: string | null = null;
  let who: string | null = null;
  let open = 0;
  let latest: string | null = null;
  let silences = 0;
  let silentAt = 0;
  const lacking = new Set<string>();

  function health(): PartHealth {
    const connection = connectionHealth();
    if (lacking.size === 0 || connection.state === 'down') return connection;
    const scopes = [...lacking].join(', ');
    const remedy = 'add it under "OAuth & Permissions" and install the app again';
    return { state: 'degraded', detail: `${connection.detail}; the app lacks the scope ${scopes}: ${remedy}` };
  }

  function connectionHealth(): PartHealth {
    if (!running) return { state: 'down', detail: 'not started' };
    if (refused) {
      return {
        state: 'down',
        detail: `Slack refuses the bot token (${refused}): install the app again, set its token`,
      };
    }
    const because = latest ? `: ${latest}` : '';
    if (!who) return { state: 'down', detail: `Slack was not reached yet${because}` };
    if (eventsBy === 'http') return { state: 'ok', detail: `${who}, events over HTTP` };
    if (eventsBy === 'nothing') return { state: 'ok', detail: `${who}, ${sendsOnly}` };
    const detail = `${who}, ${open} of ${wanted} sockets connected${open < wanted ? because : ''}${replaced()}`;
    return { state: open === 0 ? 'down' : open < wanted ? 'degraded' : 'ok', detail };
  }

  function replaced(): string {
    if (silences === 0) return '';
    const at = new Date(silentAt).toISOString().slice(0, 16).replace('T', ' ');
    return `; silent sockets were replaced ${silences === 1 ? 'once' : `${silences} times`}, last at ${at} UTC`;
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
    silent(at) {
      silences += 1;
      silentAt = at;
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
