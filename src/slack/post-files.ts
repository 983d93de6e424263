import type { IncomingFile } from '../domain/event.ts';
import { type Json, object, text } from './json.ts';

export const noAddress = 'Slack gave no address for it';

/** Slack takes ten with a post; a forwarded post may bring its own. */
const mostFiles = 50;
const excerptCharacters = 100_000;

/** The files of a post and of the posts it forwards, each once; also those that cannot be fetched, with the reason. */
export function filesOf(post: Json): IncomingFile[] {
  const forwarded = list(post.attachments).flatMap((one) => list(object(one)?.files));
  const found = new Map<string, IncomingFile>();
  for (const one of [...list(post.files), ...forwarded]) {
    const file = readFile(one);
    if (file && !found.has(file.id) && found.size < mostFiles) found.set(file.id, file);
  }
  return [...found.values()];
}

/** One file object, https://docs.slack.dev/reference/objects/file-object; null: it has no id. */
export function readFile(value: unknown): IncomingFile | null {
  const file = object(value);
  const id = text(file?.id);
  if (!file || !id) return null;
  const unread = reasonAgainst(file);
  const excerpt = excerptOf(file);
  return {
    id,
    name: text(file.name) ?? text(file.title) ?? id,
    mimetype: text(file.mimetype) ?? '',
    size: typeof file.size === 'number' && file.size >= 0 ? file.size : 0,
    url: addressOf(file) ?? '',
    ...(unread && { unread }),
    ...(excerpt && { excerpt }),
  };
}

function addressOf(file: Json): string | null {
  return text(file.url_private_download) ?? text(file.url_private);
}

/** Files in Slack's own formats; their address is a page for people. */
const ownKinds: Readonly<Record<string, string>> = {
  canvas: 'a canvas',
  quip: 'a canvas',
  list: 'a list',
  space: 'a post of Slack’s old editor',
  docs: 'a post of Slack’s old editor',
};

/** Returns why the content cannot be downloaded, for people; null: it can, or `files.info` must be asked. */
function reasonAgainst(file: Json): string | null {
  const { mode, file_access: access } = file;
  if (mode === 'tombstone') return 'deleted';
  if (mode === 'hidden_by_limit') return 'hidden by the limit of the workspace’s plan';
  if (access === 'access_denied') return 'not allowed by the workspace that it belongs to';
  if (access === 'file_not_found') return 'deleted, or not shared with me';
  if (file.is_external === true || mode === 'external') return `kept in ${hostOf(file)}, not in Slack`;
  const own = ownKinds[String(mode)] ?? ownKinds[String(file.filetype)];
  if (own) return `${own}, whose text Slack does not give`;
  if (addressOf(file) || access === 'check_file_info') return null;
  return noAddress;
}

const externalTypes: Readonly<Record<string, string>> = {
  gdrive: 'Google Drive',
  onedrive: 'OneDrive',
  sharepoint: 'SharePoint',
  dropbox: 'Dropbox',
  box: 'Box',
};

function hostOf(file: Json): string {
  const type = text(file.external_type) ?? '';
  const known = externalTypes[type];
  if (known) return known;
  const address = text(file.external_url) ?? addressOf(file) ?? '';
  return URL.canParse(address) ? new URL(address).hostname : 'another service';
}

/** Returns the text of an e-mail, the transcript of a recording, or the beginning of a snippet or post. */
function excerptOf(file: Json): string | null {
  const transcript = object(object(file.transcription)?.preview)?.content;
  const found = [file.plain_text, file.preview_plain_text, transcript, file.preview]
    .map(text)
    .filter((one) => one !== null);
  return found[0]?.slice(0, excerptCharacters) ?? null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
