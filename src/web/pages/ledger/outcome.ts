import type { Delivery } from '../../api.ts';

/** What Slack's most frequent refusals mean for the reader. https://docs.slack.dev/reference/methods/chat.postMessage */
const remedies: Record<string, string> = {
  channel_not_found: 'there is no such channel, or the bot cannot see it. Invite the bot, or correct the name.',
  not_in_channel: 'the bot is not a member of the channel. Invite it with /invite.',
  is_archived: 'the channel is archived.',
  invalid_auth: 'the bot token is wrong or was revoked.',
  missing_scope: 'the app lacks a permission. Reinstall it with the current manifest.',
  msg_too_long: 'the text is too long for Slack.',
};

/** Slack's code; what else Slack said stands after the colon. */
function codeOf(error: string | null): string {
  return error?.split(':')[0] ?? '';
}

/** The state of a delivery as a sentence, with why. */
export function outcome(delivery: Delivery): string {
  const { state, error, pending, attempts } = delivery;
  if (pending === 'delete') return 'Withdrawn here; it is now being deleted in Slack.';
  if (pending === 'update') return 'Edited here; Slack is being told.';
  switch (state) {
    case 'queued':
      return error ? `Waiting for another attempt. The last one ended with ${error}.` : 'Waiting for its turn.';
    case 'sending':
      return 'On its way to Slack.';
    case 'sent':
      if (error) return `Slack has it, but refused the last change: ${error}.`;
      if (delivery.warnings.length > 0) return `Slack has it, but not all of it: ${delivery.warnings.join('; ')}.`;
      return attempts > 1 ? `Slack has it, after ${attempts} attempts.` : 'Slack has it.';
    case 'failed':
      return `Slack refused it: ${error ?? 'no reason was given'}${remedies[codeOf(error)] ? `, which means ${remedies[codeOf(error)]}` : '.'}`;
    case 'expired':
      return `It was still waiting when its time was over${error ? `; the last attempt ended with ${error}` : ''}.`;
    case 'withdrawn':
      return error ? 'Somebody deleted it in Slack, which an edit found out.' : 'Somebody withdrew it.';
    case 'merged':
      return 'Its channel had fallen behind, so it was merged into a similar message.';
  }
}
