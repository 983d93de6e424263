import type { Content, SlackFields } from './delivery.ts';
import { isVisible } from './names.ts';

type Json = Record<string, unknown>;

/** Most characters of a replacement text. */
const mostCharacters = 4_000;
const mostParts = 100;

/**
 * Returns a text in mrkdwn that represents a message in a list or on a card: its text; if that is invisible, the text of
 * its legacy attachments (preferably `fallback`), else of its blocks.
 */
export function shownText({ text, blocks, slackFields }: Content & { slackFields?: SlackFields }): string {
  if (isVisible(text)) return text;
  const parts = (slackFields?.attachments ?? []).slice(0, mostParts).flatMap(attachmentTexts);
  if (parts.length === 0) parts.push(...(blocks ?? []).slice(0, mostParts).flatMap(blockTexts));
  const shown = parts.join('\n').slice(0, mostCharacters);
  return isVisible(shown) ? shown : text;
}

function attachmentTexts(attachment: Json): string[] {
  const fallback = textOf(attachment.fallback);
  if (fallback.length > 0) return fallback;
  const own = [attachment.pretext, attachment.author_name, attachment.title, attachment.text].flatMap(textOf);
  const fields = objects(attachment.fields).map(({ title, value }) => [title, value].flatMap(textOf).join(': '));
  const blocks = objects(attachment.blocks).flatMap(blockTexts);
  return [...own, ...fields, ...blocks, ...textOf(attachment.footer)];
}

/** Returns the texts of a header, section, context or image block; not those nested in rich text. */
function blockTexts(block: Json): string[] {
  const elements = objects(block.elements).flatMap(({ text }) => textOf(text));
  const fields = objects(block.fields).flatMap(textOf);
  return [...textOf(block.text), ...fields, ...elements, ...textOf(block.alt_text)];
}

/** Returns a visible text, given as a string or a text object (docs.slack.dev/reference/block-kit/composition-objects/text-object). */
function textOf(value: unknown): string[] {
  const text = typeof value === 'object' && value !== null ? (value as Json).text : value;
  return typeof text === 'string' && isVisible(text) ? [text] : [];
}

function objects(value: unknown): Json[] {
  return Array.isArray(value)
    ? value.slice(0, mostParts).filter((each) => typeof each === 'object' && each !== null)
    : [];
}
