import type { SimChannel, SimUser } from '../../simulator-api.ts';

interface Names {
  /** Includes the bot. */
  users: SimUser[];
  channels: SimChannel[];
}

/**
 * Encodes typed text as Slack does: escapes `&`, `<`, `>`; `@ada` → `<@U1>`, `#general` → `<#C1|general>`. Unknown names do
 * not change.
 */
export function encode(typed: string, { users, channels }: Names): string {
  return typed
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(
      /(^|[\s(])([@#])([\p{L}\p{N}][\p{L}\p{N}._-]*)/gu,
      (whole, before: string, sign: string, written: string) => {
        const name = written.replace(/[._-]+$/, '');
        const after = written.slice(name.length);
        const same = (one: { name: string }) => one.name.toLowerCase() === name.toLowerCase();
        if (sign === '@') {
          const user = users.find(same);
          return user ? `${before}<@${user.id}>${after}` : whole;
        }
        const channel = channels.find((one) => one.kind === 'channel' && same(one));
        return channel ? `${before}<#${channel.id}|${channel.name}>${after}` : whole;
      },
    );
}
