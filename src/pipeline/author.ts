import { cut } from '../domain/cut.ts';
import type { IncomingMessage } from '../domain/event.ts';
import { isUserId } from '../domain/slack-ids.ts';
import { escapeMrkdwn } from '../domain/text.ts';

/** Slack allows 80 characters for a name. */
const nameCharacters = 80;

/** Returns the author of a message in mrkdwn: a mention, or the name of an app or of a user of another workspace. */
export function authorPhrase({ user, fromBot, authorName }: IncomingMessage): string {
  // Formatting characters in a name would format the text after it.
  const plain = (authorName ?? '').replace(/[*_~`\s]+/g, ' ').trim();
  const name = escapeMrkdwn(cut(plain, nameCharacters, () => '…'));
  const mention = isUserId(user);
  if (fromBot) return name || (mention ? `<@${user}>` : `an app (${escapeMrkdwn(user)})`);
  return name ? `<@${user}> (${name}, another workspace)` : `<@${user}>`;
}
