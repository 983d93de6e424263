import { list, object, text } from './json.ts';
import { plainText } from './text-parts.ts';

const mostFiles = 50;

/**
 * Titles of files, canvases and lists, and what Slack shows of an e-mail, in mrkdwn.
 * https://docs.slack.dev/reference/objects/file-object
 */
export function fileTitles(files: unknown): string[] {
  return list(files)
    .slice(0, mostFiles)
    .flatMap((value) => {
      const file = object(value);
      if (!file) return [];
      const isEmail = file.mode === 'email' || file.filetype === 'email';
      const shown = [file.title ?? file.name, file.name, ...(isEmail ? [file.subject, file.plain_text] : [])];
      return [...new Set(shown.flatMap((one) => text(one) ?? []))].map(plainText);
    });
}
