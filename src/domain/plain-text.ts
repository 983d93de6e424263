import { emojiNamed } from './emoji.ts';
import { tokensOf } from './mrkdwn.ts';
import { unescapeMrkdwn } from './text.ts';

/** Replaces `:x:` by its character where it stands alone, not in `12:30:00`. */
const withEmoji = (text: string) =>
  text.replace(/(?<![\p{L}\p{N}:]):([a-z0-9_+'-]{1,100}):/gu, (written, name: string) => emojiNamed(name) ?? written);

/** Returns a text in mrkdwn as plain text: links with their address behind the label, without marks and entities. */
export function plainText(mrkdwn: string): string {
  return tokensOf(mrkdwn)
    .map(({ kind, start, end, target, label }) => {
      const written = unescapeMrkdwn(label);
      if (kind === 'text') return withEmoji(unescapeMrkdwn(mrkdwn.slice(start, end)));
      if (kind === 'mark') return '';
      if (kind === 'link') return written === '' ? unescapeMrkdwn(target) : `${written} (${unescapeMrkdwn(target)})`;
      if (kind === 'broadcast') return `@${target}`;
      return written === '' ? target : written;
    })
    .join('');
}
