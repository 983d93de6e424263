import { cutMrkdwn } from '../domain/cut.ts';
import type { Block, Content, Delivery } from '../domain/delivery.ts';
import type { OutgoingMessage } from '../ports/sender.ts';
import { type Summary, summarizeContents } from './digest.ts';

/** Slack edits no text of more than 4,000 characters, and a section holds 3,000 (docs.slack.dev, chat.update, Block Kit). */
const textCharacters = 4_000;
const sectionCharacters = 3_000;

type DigestText = Summary & { title?: string };
type Summarize = (delivery: Delivery, merged: readonly Content[], most: number) => DigestText;

/**
 * The message as it is to stand in Slack now. A digest lists what differs between the messages merged into it.
 * @param merged what was merged into it, oldest first; may be fewer than `delivery.mergedCount`
 * @param ledgerUrl where people see them all; null when nobody could open it
 */
export function render(
  delivery: Delivery,
  merged: readonly Content[],
  ledgerUrl: string | null,
  summarize: Summarize = summarizeBodies,
): OutgoingMessage {
  const { id, team, channel, text, title, blocks, threadTs, slackFields, onlyFor, mergedCount } = delivery;
  const message = {
    deliveryId: id,
    team,
    channel,
    text,
    title,
    blocks,
    threadTs,
    slackFields,
    ...(onlyFor !== undefined && { onlyFor }),
  };
  if (mergedCount === 0) return message;
  const note = (different: number) => {
    const texts = different > 1 ? `, ${different} different texts` : '';
    return `_+${mergedCount} similar${texts}; ${ledgerUrl === null ? 'all in the ledger' : `<${ledgerUrl}|all in the ledger>`}_`;
  };
  const most = (blocks ? sectionCharacters : textCharacters) - note(merged.length + 1).length - 1;
  const summary = summarize(delivery, merged, most);
  const whole = `${summary.text}\n${note(summary.different)}`;
  return { ...message, text: whole, title: summary.title ?? title, blocks: blocks && withText(blocks, whole) };
}

/** The first line of a forward says who wrote where; the digest keeps its own and folds the quotes below it. */
function summarizeBodies(delivery: Delivery, merged: readonly Content[], most: number): DigestText {
  const contents: Content[] = [delivery, ...merged];
  if (delivery.source !== 'forward') return summarizeContents(contents, most);
  const [heading = ''] = delivery.text.split('\n', 1);
  const bodies = contents.map(({ text }) => ({ text: text.split('\n').slice(1).join('\n') }));
  const { text, different } = summarizeContents(bodies, most - heading.length - 1);
  return { text: `${heading}\n${text}`, different, title: undefined };
}

/** `summarizeBodies` that remembers what it made of the same list with the same text. */
export function createSummarize(): Summarize {
  const made = new WeakMap<readonly Content[], { text: string; title?: string; most: number; summary: DigestText }>();
  return (delivery, merged, most) => {
    const { text, title } = delivery;
    const before = made.get(merged);
    if (before?.text === text && before.title === title && before.most === most) return before.summary;
    const summary = summarizeBodies(delivery, merged, most);
    made.set(merged, { text, title, most, summary });
    return summary;
  };
}

/** A forward's first block shows its text. */
function withText(blocks: readonly Block[], text: string): Block[] {
  return blocks.map((block, index) =>
    index === 0 && block.type === 'section'
      ? { ...block, text: { type: 'mrkdwn', text: cutMrkdwn(text, sectionCharacters) } }
      : block,
  );
}
