import { cutMrkdwn } from '../../domain/cut.ts';
import type { Block } from '../../domain/delivery.ts';
import { titleLine } from '../../domain/title-line.ts';
import { toneColours } from '../../domain/tone.ts';
import type { OutgoingMessage } from '../../ports/sender.ts';
import { blocksOf } from './blocks.ts';

/** The arguments of Slack's chat methods that show a message. */
export interface SlackContent {
  text: string;
  blocks?: Block[];
  attachments?: { color: string; blocks: Block[] }[];
}

/** chat.update refuses longer texts (docs.slack.dev/reference/methods/chat.update). */
const textCharacters = 4_000;

/**
 * Returns a message in Slack's format. Only a legacy attachment has a colour: with a tone, the first line is the text, which
 * notifications show, and the rest stands in an attachment.
 */
export function slackContent(message: OutgoingMessage): SlackContent {
  const { tone, blocks, slackFields } = message;
  if (tone !== undefined && blocks === undefined && slackFields?.attachments === undefined) {
    return coloured(message, toneColours[tone]);
  }
  const shown = blocksOf(message);
  return shown?.length ? { text: message.text, blocks: shown } : { text: withTitle(message) };
}

function coloured(message: OutgoingMessage, color: string): SlackContent {
  const [first = '', ...others] = message.sections ?? [withTitle(message)];
  const [heading = '', ...lines] = first.trim().split('\n');
  const rest = lines.join('\n').trim();
  const sections = rest === '' ? others : [rest, ...others];
  const text = cutMrkdwn(heading, textCharacters);
  const blocks = blocksOf({ text, sections, buttons: message.buttons });
  return blocks?.length ? { text, attachments: [{ color, blocks }] } : { text };
}

function withTitle({ title, text, slackFields }: OutgoingMessage): string {
  // Without mrkdwn the asterisks would be shown.
  const first = titleLine(title, slackFields?.mrkdwn !== false);
  if (first === '') return text;
  return text ? `${first}\n${text}` : first;
}
