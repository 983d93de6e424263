import { visibleText } from '../domain/visible-text.ts';
import { type Json, object, text } from './json.ts';

/** A post's own text, in mrkdwn. */
export function textOf(post: Json): string {
  return text(post.text) ?? attachedText(post.attachments);
}

/** All text of a post that a reader sees, plain and normalised. */
export function visibleTextOf(post: Json): string {
  return visibleText(textOf(post));
}

/** Integrations often leave the text empty and write into attachments. */
function attachedText(value: unknown): string {
  if (!Array.isArray(value)) return '';
  const parts = value.flatMap((one) => {
    const attachment = object(one);
    const shown = [attachment?.pretext, attachment?.title, attachment?.text].flatMap((part) => text(part) ?? []);
    return shown.length > 0 ? shown : (text(attachment?.fallback) ?? []);
  });
  return parts.join('\n');
}
