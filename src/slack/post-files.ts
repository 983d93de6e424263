import type { IncomingFile } from '../domain/event.ts';
import { object, text } from './json.ts';

/** The files of a post that can be fetched. */
export function filesOf(value: unknown): IncomingFile[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one): IncomingFile[] => {
    const file = object(one);
    const id = text(file?.id);
    const url = text(file?.url_private_download) ?? text(file?.url_private);
    // Without an address: deleted, hidden by the plan's limit, or of another workspace (`check_file_info`).
    if (!file || !id || !url) return [];
    const size = typeof file.size === 'number' && file.size >= 0 ? file.size : 0;
    return [{ id, name: text(file.name) ?? id, mimetype: text(file.mimetype) ?? '', size, url }];
  });
}
