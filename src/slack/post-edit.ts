import type { IncomingFile } from '../domain/event.ts';
import { visibleText } from '../domain/visible-text.ts';
import { type Json, list, object, text } from './json.ts';
import { isShared } from './post-attachments.ts';
import { filesOf } from './post-files.ts';
import { authoredTextOf } from './post-text.ts';

/** The new parts of an edited post. */
export interface Edit {
  /** The post as it is now. */
  post: Json;
  /** Part of the event's key: the same for each delivery of one edit, and different for each edit. */
  key: string;
  /** The added files. */
  files: IncomingFile[];
  /** Whether readers see another text than before. */
  isTextNew: boolean;
  /** The text that readers saw before; null: Slack did not say. */
  before: string | null;
}

/**
 * A `message_changed` event as an edit, https://docs.slack.dev/reference/events/message/message_changed. Null when nothing
 * is new to a reader: Slack sends the event also for unfurled links, pins, metadata, thread counters and removed files.
 */
export function editOf(event: Json): Edit | null {
  const post = object(event.message);
  if (!post) return null;
  const previous = object(event.previous_message);
  const editedAt = timestamp(object(post.edited)?.ts);
  // Without the former version, only the mark of an edit by its author shows that it was edited.
  if (!previous && !editedAt) return null;
  const before = previous && seen(previous);
  const isTextNew = before === null || before !== seen(post);
  const had = new Set(previous ? filesOf(previous).map(({ id }) => id) : []);
  const files = filesOf(post).filter(({ id }) => !had.has(id));
  if (!isTextNew && files.length === 0) return null;

  const changedAt = timestamp(event.ts) ?? timestamp(event.event_ts);
  // Adding a file may leave the mark of the edit before.
  const at = isTextNew ? (editedAt ?? changedAt) : changedAt;
  const key = isTextNew ? `:edited ${at}` : `:files ${files.map(({ id }) => id).join()}`;
  return at ? { post, key, files, isTextNew, before } : null;
}

/**
 * Titles of files and previews, which Slack adds seconds after the post, are not the author's. People cannot write
 * attachments: theirs are previews, whatever they look like, or posts that they share.
 */
function seen(post: Json): string {
  const attachments = list(post.attachments).filter((one) => {
    const attachment = object(one);
    return attachment !== null && (isShared(attachment) || (text(post.bot_id) !== null && !attachment.app_unfurl_url));
  });
  return visibleText(authoredTextOf({ ...post, attachments }));
}

/** `1700000001.123456` */
function timestamp(value: unknown): string | null {
  return typeof value === 'string' && /^\d{1,12}\.\d{1,9}$/.test(value) ? value : null;
}
