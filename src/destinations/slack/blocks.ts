import { cut, cutMrkdwn } from '../../domain/cut.ts';
import type { Block, Button, Content } from '../../domain/delivery.ts';

/** Slack's limits of a section, an actions block and a button (docs.slack.dev/reference/block-kit). */
const sectionCharacters = 3_000;
const mostButtons = 25;
const labelCharacters = 75;

/** Returns the blocks that show a content in Slack; undefined when its text alone shows it. */
export function blocksOf({ text, sections, buttons = [], blocks }: Content): Block[] | undefined {
  if (blocks !== undefined) return blocks;
  if (buttons.length === 0) return sections?.map(section);
  return [
    ...(sections ?? [text]).map(section),
    { type: 'actions', elements: buttons.slice(0, mostButtons).map(button) },
  ];
}

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: cutMrkdwn(text, sectionCharacters) } };
}

/** `value` is the command that a press gives. Slack refuses two of the same `action_id` in one block. */
function button({ label, command, style }: Button, index: number, all: readonly Button[]): Block {
  const [word] = command.split(' ');
  const taken = all.slice(0, index).some((other) => other.command.split(' ')[0] === word);
  return {
    type: 'button',
    action_id: `command:${word}${taken ? `:${index}` : ''}`,
    text: { type: 'plain_text', text: cut(label, labelCharacters, () => '…') },
    value: command,
    ...(style && { style }),
  };
}
