import { type Json, list, object, text } from './json.ts';
import { markdownText } from './markdown.ts';
import { richText } from './rich-text.ts';
import { createParts, type Parts, plainText } from './text-parts.ts';

/** Blocks hold elements that hold options; Slack's own nesting ends at five. */
const deepest = 8;

/**
 * The text of Block Kit blocks as readers see it, in mrkdwn. Blocks of tomorrow are read by the names of their fields.
 * https://docs.slack.dev/reference/block-kit
 */
export function blocksText(blocks: unknown): string {
  const parts = createParts();
  for (const block of list(blocks)) addBlock(block, parts, 0);
  return parts.joined();
}

function addBlock(value: unknown, parts: Parts, depth: number): void {
  const block = object(value);
  if (!block || depth > deepest) return;
  const type = block.type;
  if (type === 'rich_text') parts.add(richText(block));
  else if (type === 'markdown') parts.add(markdownText(text(block.text) ?? ''));
  else if (type === 'mrkdwn') parts.add(text(block.text) ?? '');
  else if (type === 'table' || type === 'data_table') addTable(block, parts);
  else if (type === 'call') addCall(block, parts);
  else addFields(block, parts, depth);
}

/** Fields that hold text, in the order in which Slack shows them. Inputs' values and hidden options are no text. */
const shownFields = [
  'label',
  'author_name',
  'title',
  'rich_text_title',
  'subtitle',
  'text',
  'body',
  'description',
  'fields',
  'details',
  'output',
  'sources',
  'elements',
  'child_blocks',
  'tasks',
  'actions',
  'accessory',
  'element',
  'positive_button',
  'negative_button',
  'initial_option',
  'initial_options',
  'hint',
  'alt_text',
  'provider_name',
] as const;
/** These show all their options. */
const openChoices = new Set(['checkboxes', 'radio_buttons']);

function addFields(block: Json, parts: Parts, depth: number): void {
  const choices = openChoices.has(String(block.type));
  for (const field of shownFields) {
    // Of a choice that is shown as a whole its chosen options would be there twice.
    if (choices && field.startsWith('initial_')) continue;
    const value = block[field];
    if (typeof value === 'string') parts.addPlain(value);
    else if (Array.isArray(value)) for (const one of value) addBlock(one, parts, depth + 1);
    else addBlock(value, parts, depth + 1);
  }
  if (choices) for (const one of list(block.options)) addBlock(one, parts, depth + 1);
}

/** A row is a line, its cells are separated by tabs. */
function addTable({ caption, rows }: Json, parts: Parts): void {
  parts.addPlain(caption);
  for (const row of list(rows)) {
    const cells = list(row).map((value) => {
      const cell = object(value);
      if (cell?.type === 'rich_text') return richText(cell);
      if (cell?.type === 'raw_number') return String(cell.value ?? cell.text ?? '');
      return plainText(text(cell?.text) ?? '');
    });
    parts.add(cells.join('\t'));
  }
}

/** A call of an app such as Zoom: https://docs.slack.dev/apis/web-api/using-the-calls-api */
function addCall(block: Json, parts: Parts): void {
  const call = object(object(block.call)?.v1);
  for (const one of [call?.name, call?.display_id]) parts.addPlain(one);
}
