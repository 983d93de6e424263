import { escapeMrkdwn } from '../domain/text.ts';
import { type Json, list, object, text } from './json.ts';
import { blocksText } from './post-blocks.ts';
import { fileTitles } from './post-titles.ts';
import { createParts } from './text-parts.ts';

/** A shared message may share another one. */
const deepest = 4;

/** Whether an attachment is a message that somebody shared or forwarded with the post. */
export function isShared(attachment: Json): boolean {
  return attachment.is_share === true;
}

/** Whether an attachment is a message: shared, or shown because the post links to it. */
export function isMessage(attachment: Json): boolean {
  return isShared(attachment) || attachment.is_msg_unfurl === true;
}

/**
 * Whether an attachment is the preview of a page, which Slack makes, or an app at Slack's request: not what the author
 * wrote.
 */
export function isPreview(attachment: Json): boolean {
  if (isMessage(attachment)) return false;
  return (
    attachment.is_app_unfurl === true || text(attachment.from_url) !== null || text(attachment.original_url) !== null
  );
}

/** The text of a legacy attachment or a shared message, in mrkdwn; `fallback` only when there is nothing else. */
export function attachmentText(attachment: Json, depth = 0): string {
  const parts = createParts();
  parts.add(text(attachment.pretext) ?? '');
  for (const one of [attachment.author_name, attachment.author_subname]) parts.addPlain(one);
  parts.add(titleOf(attachment));
  parts.addEither(text(attachment.text) ?? '', contentOf(attachment));
  for (const field of list(attachment.fields)) parts.add(fieldText(object(field)));
  for (const title of fileTitles(attachment.files)) parts.add(title);
  for (const action of list(attachment.actions)) parts.addPlain(object(action)?.text);
  if (depth < deepest) {
    for (const one of list(attachment.attachments)) {
      const inner = object(one);
      if (inner && !isPreview(inner)) parts.add(attachmentText(inner, depth + 1));
    }
  }
  parts.addPlain(attachment.footer);
  return parts.joined() || (text(attachment.fallback) ?? '');
}

/** Blocks of the attachment, or of the message that it shares. */
function contentOf(attachment: Json): string {
  const parts = createParts();
  parts.add(blocksText(attachment.blocks));
  for (const one of list(attachment.message_blocks)) parts.add(blocksText(object(object(one)?.message)?.blocks));
  return parts.joined();
}

function titleOf(attachment: Json): string {
  const title = text(attachment.title);
  const url = text(attachment.title_link);
  if (title === null || url === null || !/^https?:\/\/[^\s<>|]+$/.test(url) || /[<>|\n]/.test(title))
    return title ?? '';
  return `<${/&amp;/.test(url) ? url : escapeMrkdwn(url)}|${title}>`;
}

function fieldText(field: Json | null): string {
  const title = text(field?.title);
  const value = text(field?.value);
  if (title === null || value === null) return title ?? value ?? '';
  return `${title}${title.endsWith(':') ? '' : ':'} ${value}`;
}
