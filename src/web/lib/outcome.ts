import type { Delivery } from '../api.ts';

/** Explanations with a remedy for Slack's most frequent errors. https://docs.slack.dev/reference/methods/chat.postMessage */
const remedies: Record<string, string> = {
  channel_not_found: 'there is no such channel, or the bot cannot see it. Invite the bot, or correct the name.',
  not_in_channel: 'the bot is not a member of the channel. Invite it with /invite.',
  is_archived: 'the channel is archived.',
  invalid_auth: 'the bot token is wrong or was revoked.',
  missing_scope: 'the app lacks a permission. Reinstall it with the current manifest.',
  msg_too_long: 'the text is too long for Slack.',
};

/** Returns Slack's code, which stands before the colon. */
function codeOf(error: string | null): string {
  return error?.split(':')[0] ?? '';
}

/** Describes the state of a delivery in a sentence, with the reason. */
export function outcome(delivery: Delivery): string {
  const { state, error, pending, attempts } = delivery;
  if (pending === 'delete') return 'Withdrawn here; it is now being deleted in Slack.';
  if (pending === 'update') return 'Edited here; it is now being edited in Slack.';
  switch (state) {
    case 'queued':
      return error ? `Waiting for another attempt. The last one ended with ${error}.` : 'Waiting for its turn.';
    case 'sending':
      return 'On its way to Slack.';
    case 'sent':
      if (error) return `It is in Slack, but Slack refused the last change: ${error}.`;
      if (delivery.warnings.length > 0) return `It is in Slack, but not completely: ${delivery.warnings.join('; ')}.`;
      return attempts > 1 ? `It is in Slack, after ${attempts} attempts.` : 'It is in Slack.';
    case 'failed':
      return `Slack refused it: ${error ?? 'no reason was given'}${remedies[codeOf(error)] ? `, which means ${remedies[codeOf(error)]}` : '.'}`;
    case 'expired':
      return `It expired before it could be sent${error ? `; the last attempt ended with ${error}` : ''}.`;
    case 'withdrawn':
      return error ? 'Somebody deleted it in Slack. An edit found it missing.' : 'Somebody withdrew it.';
    case 'merged':
      return 'Too many messages waited for its channel, so it was merged into a similar message.';
  }
}
