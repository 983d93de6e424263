import type { Signal } from '../../ports/signals.ts';
import type { Failed } from './judge.ts';

export interface Facts {
  /** The sockets are being replaced. */
  renewed: boolean;
  backAt: number | null;
}

/** Returns the text of the incident. */
export function textOf({ result, text }: Failed, { renewed, backAt }: Facts): string {
  if (renewed) return `${text} The sockets are replaced.`;
  if (backAt !== null) return `${text} The last one came back at ${timeOf(backAt)}.`;
  if (result !== 'no_event') return text;
  return `${text} None ever came back: the bot must be a member of the channel, and the app must send its events to this program.`;
}

export function signalOf(status: Signal['status'], text: string, at: number): Signal {
  const title = 'A test message through Slack does not come back';
  return { key: 'canary', status, title, text, fields: {}, severity: 'error', channel: null, at };
}

/** `2026-11-29 17:50 UTC` */
export const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
