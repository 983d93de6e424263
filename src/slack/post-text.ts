import { type Names, noNames, visibleText } from '../domain/visible-text.ts';
import { type Json, list, object, text } from './json.ts';
import { attachmentText, isMessage, isPreview, isShared } from './post-attachments.ts';
import { blocksText } from './post-blocks.ts';
import { fileTitles } from './post-titles.ts';
import { createParts, type Parts } from './text-parts.ts';

/** A post's own text, in mrkdwn: commands are read from it. */
export function textOf(post: Json): string {
  return text(post.text) ?? list(post.attachments).map(plainestOf).filter(Boolean).join('\n');
}

/**
 * All text of a post that a reader sees, in mrkdwn, each part once: its text, blocks, attachments, the posts it shares,
 * the titles of its files, its huddle. Previews of links are left out: their author is another one.
 */
export function shownTextOf(post: Json): string {
  const parts = createParts();
  addContent(post, parts, (attachment) => !isPreview(attachment));
  for (const title of fileTitles(post.files)) parts.add(title);
  // A huddle names itself and what it is about: subtypes `huddle_thread`, `sh_room_created`.
  const room = object(post.room);
  for (const one of [room?.name, room?.display_name, object(room?.topic)?.value]) parts.addPlain(one);
  return parts.joined();
}

/**
 * Returns the text by the author, in mrkdwn: the part of `shownTextOf` that changes only by a manual edit. Titles of
 * files and previews of linked messages are left out, because Slack adds them later.
 */
export function authoredTextOf(post: Json): string {
  const parts = createParts();
  addContent(post, parts, (attachment) => isShared(attachment) || !(isMessage(attachment) || isPreview(attachment)));
  return parts.joined();
}

function addContent(post: Json, parts: Parts, counts: (attachment: Json) => boolean): void {
  parts.addEither(text(post.text) ?? '', blocksText(post.blocks));
  for (const one of list(post.attachments)) {
    const attachment = object(one);
    if (attachment && counts(attachment)) parts.add(attachmentText(attachment));
  }
}

/** All text of a post that a reader sees, plain and normalised. */
export function visibleTextOf(post: Json, names: Names = noNames): string {
  return visibleText(shownTextOf(post), names);
}

/** Integrations often leave the text empty and write into attachments. */
function plainestOf(value: unknown): string {
  const attachment = object(value);
  const shown = [attachment?.pretext, attachment?.title, attachment?.text].flatMap((part) => text(part) ?? []);
  return shown.length > 0 ? shown.join('\n') : (text(attachment?.fallback) ?? '');
}
