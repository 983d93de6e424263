import type { Logger } from 'pino';
import type { UnservedBot } from '../../../domain/unserved-bot.ts';
import { cleanLine } from '../../../lib/clean-line.ts';
import type { BotRefused } from './bot-entry.ts';

/** Bots that are not served and kept, for pages and metrics. */
const mostUnserved = 1_000;
/** One comparison logs this many bots that are not served, and then only how many more there are. */
const mostLogged = 20;

/** A field of the hash, for people. */
export const shownField = (field: string): string => cleanLine(field).slice(0, 100);

/**
 * The fields of the hash whose bots are not served, and those whose tokens are not used. Each is logged once.
 * @param onChange called with the bots that are not served
 */
export function createUnserved(log: Logger, onChange: (bots: readonly UnservedBot[]) => void) {
  const unserved = new Map<string, UnservedBot>();
  /** Fields whose token is not used, since the workspace is served with another one. */
  const ignored = new Set<string>();
  let mayLog = mostLogged;

  const list = () => [...unserved.values()];

  function forget(field: string): void {
    if (unserved.delete(field)) onChange(list());
  }

  return {
    list,
    note(field: string, { fault, message }: BotRefused): void {
      const known = unserved.get(field);
      if (known?.problem === message || (known === undefined && unserved.size >= mostUnserved)) return;
      unserved.set(field, { field: shownField(field), fault, problem: message });
      onChange(list());
      if (mayLog > 0) {
        log.warn({ field: shownField(field), fault, reason: message }, 'a bot of the Redis hash is not served');
      }
      mayLog -= 1;
    },
    ignore(field: string, reason: string): void {
      if (ignored.has(field) || ignored.size >= mostUnserved) return;
      ignored.add(field);
      log.warn({ field: shownField(field), reason }, 'the token of a field of the Redis hash is not used');
    },
    used: (field: string) => void ignored.delete(field),
    forget,
    /** Forgets the fields that the hash has no more. */
    keepOnly(isField: (field: string) => boolean): void {
      for (const field of ignored) if (!isField(field)) ignored.delete(field);
      for (const field of unserved.keys()) if (!isField(field)) forget(field);
    },
    /** Fields whose bots wait until another bot of their workspace is removed. */
    waiting: () => [...unserved].flatMap(([field, { fault }]) => (fault === 'namespace' ? [field] : [])),
    beginLog(): void {
      mayLog = mostLogged;
    },
    endLog(): void {
      if (mayLog < 0) log.warn({ more: -mayLog }, 'more bots of the Redis hash are not served');
    },
  };
}
