import type { Block, Delivery } from '../domain/delivery.ts';
import type { OutgoingMessage } from '../ports/sender.ts';

/** The message as it is to stand in Slack now, with the note of what was merged into it. */
export function render(delivery: Delivery): OutgoingMessage {
  const { id, team, channel, text, title, blocks, threadTs, mergedCount } = delivery;
  const message = { deliveryId: id, team, channel, text, title, blocks, threadTs };
  if (mergedCount === 0) return message;
  const note = `_+${mergedCount} similar_`;
  const context: Block = { type: 'context', elements: [{ type: 'mrkdwn', text: note }] };
  return { ...message, text: `${text}\n${note}`, blocks: blocks && [...blocks, context] };
}
