type Json = Record<string, unknown>;

/** Most fields shown per attachment. */
const mostFields = 20;

/** Returns Slack's legacy attachments as quoted mrkdwn, with the parts that Slack shows, in its order. */
export function attachmentsText(attachments: readonly Json[] | undefined): string {
  return (attachments ?? []).map(oneText).filter(Boolean).join('\n');
}

function oneText(attachment: Json): string {
  const title = text(attachment.title);
  const link = text(attachment.title_link);
  const inside = [
    text(attachment.author_name),
    title === '' ? '' : `*${link === '' ? title : `<${link}|${title}>`}*`,
    text(attachment.text),
    ...(Array.isArray(attachment.fields) ? attachment.fields.slice(0, mostFields).map(fieldText) : []),
    text(attachment.footer),
  ].filter(Boolean);
  const pretext = text(attachment.pretext);
  if (inside.length === 0 && pretext === '') return quoted(text(attachment.fallback));
  return [pretext, quoted(inside.join('\n'))].filter(Boolean).join('\n');
}

function fieldText(field: unknown): string {
  const { title, value } = (typeof field === 'object' && field !== null ? field : {}) as Json;
  return [text(title) === '' ? '' : `*${text(title)}*`, text(value)].filter(Boolean).join(' ');
}

const quoted = (lines: string): string => (lines === '' ? '' : lines.replace(/^/gm, '> '));

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
