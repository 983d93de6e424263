import { cutMrkdwn } from '../domain/cut.ts';
import type { Block, Content, Delivery } from '../domain/delivery.ts';
import type { OutgoingMessage } from '../ports/sender.ts';
import type { Digest } from './digest.ts';

/** Slack edits no text of more than 4,000 characters, and a section holds 3,000 (docs.slack.dev, chat.update, Block Kit). */
const textCharacters = 4_000;
const sectionCharacters = 3_000;

/**
 * Returns the message in its current form.
 * @param digest of the delivery and the messages merged into it; null: none were
 * @param ledgerUrl the address of all of them in the ledger; null when readers cannot open it
 */
export function render(delivery: Delivery, digest: Digest | null, ledgerUrl: string | null): OutgoingMessage {
  const { id, team, destination, text, sections, buttons, blocks, tone, threadTs, slackFields, onlyFor } = delivery;
  const { mergedCount, replyTo } = delivery;
  // In its thread a reply needs no title; where the thread is gone, the title says what it is about.
  const title = replyTo !== undefined && threadTs !== undefined ? undefined : delivery.title;
  const message = {
    deliveryId: id,
    team,
    destination,
    text,
    title,
    sections,
    buttons,
    blocks,
    tone,
    threadTs,
    slackFields,
    ...(onlyFor !== undefined && { onlyFor }),
  };
  if (digest === null) return message;
  const note = (different: number) => {
    const texts = different > 1 ? `, ${different} different texts` : '';
    return `_+${mergedCount} similar${texts}; ${ledgerUrl === null ? 'all in the ledger' : `<${ledgerUrl}|all in the ledger>`}_`;
  };
  const heading = headingOf(delivery);
  const most =
    (buttons || blocks ? sectionCharacters : textCharacters) - heading.length - note(mergedCount + 1).length - 1;
  const summary = digest.summary(most);
  const whole = `${heading}${summary.text}\n${note(summary.different)}`;
  return { ...message, text: whole, title: summary.title ?? title, blocks: blocks && withText(blocks, whole) };
}

/**
 * The first line of a forward names author and channel. Its digest keeps that line, and lists the differences of the
 * quotes below it.
 */
export function contentOf({ source, text, title }: Pick<Delivery, 'source' | 'text' | 'title'>): Content {
  return source === 'forward' ? { text: text.slice(text.indexOf('\n') + 1) } : { text, title };
}

function headingOf({ source, text }: Delivery): string {
  return source === 'forward' ? text.slice(0, text.indexOf('\n') + 1) : '';
}

/** The first block of a forward of an older program shows its text. */
function withText(blocks: readonly Block[], text: string): Block[] {
  return blocks.map((block, index) =>
    index === 0 && block.type === 'section'
      ? { ...block, text: { type: 'mrkdwn', text: cutMrkdwn(text, sectionCharacters) } }
      : block,
  );
}
