import { unescapeMrkdwn } from '../domain/text.ts';
import { unlink } from './words.ts';

/** What stands after `forward` or `stop`. */
export interface WrittenPattern {
  /** The regular expression without its wrapping; empty: none was written. */
  pattern: string;
  /** The same with its wrapping, for a pattern that itself looks wrapped, such as `/var/`. */
  wrapped: string;
  /** `#name` or `<#C1|name>`; null: no channel was written. */
  channel: string | null;
}

/** Only what can be a channel: "error in production" stays a pattern. */
const inChannel = /(?:^|\s)in\s+(<#[A-Z0-9]+(?:\|[^<>]*)?>|#[\p{L}\p{M}\p{N}_-]+)$/iu;

/** One layer is taken off, and only when the sign does not occur inside (except escaped): `"a" or "b"` stays as it is. */
const wrappings = [
  /^```([^`]+)```$/,
  /^`([^`]+)`$/,
  /^"((?:[^"\\]|\\.)+)"$/s,
  /^'((?:[^'\\]|\\.)+)'$/s,
  // Patterns never regard case, so the flag changes nothing.
  /^\/((?:[^/\\]|\\.)+)\/i?$/s,
];

/** Takes `<pattern> [in #channel]` apart and undoes Slack's markup in the pattern. */
export function readPattern(args: string): WrittenPattern {
  const suffix = inChannel.exec(args);
  const raw = suffix ? args.slice(0, suffix.index) : args;
  const wrapped = unescapeMrkdwn(unlink(withoutLabels(raw))).trim();
  const inner = wrappings.map((wrapping) => wrapping.exec(wrapped)?.[1]).find((found) => found !== undefined);
  const pattern = inner ?? (/^(["'`])\1$/.test(wrapped) ? '' : wrapped);
  return { pattern: pattern.trim() === '' ? '' : pattern, wrapped, channel: suffix?.[1] ?? null };
}

/**
 * The `|` before a mention's label would be an alternative in a regular expression. Messages carry users without a
 * label, channels with one or without.
 */
function withoutLabels(text: string): string {
  return text.replace(/<([@#])([A-Z0-9]+)\|[^<>]*>/g, (_, kind: string, id: string) =>
    kind === '@' ? `<@${id}>` : `<#${id}[|>]`,
  );
}
