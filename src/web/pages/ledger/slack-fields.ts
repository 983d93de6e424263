/** A legacy attachment of chat.postMessage in the form that the ledger shows. */
export interface ShownAttachment {
  /** CSS colour of the bar; undefined if none was given. */
  color: string | undefined;
  pretext: string;
  author: string;
  title: string;
  /** http or https address of the title; null if the title is no link. */
  link: string | null;
  text: string;
  fields: { title: string; value: string }[];
  footer: string;
}

/** Slack's names for colours (docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments). */
const colors: Record<string, string> = {
  good: 'var(--dot-ok)',
  warning: 'var(--dot-degraded)',
  danger: 'var(--dot-down)',
};
/** Most attachments that the page shows; the API returns all. */
const mostShown = 20;

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const record = (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown) => (Array.isArray(value) ? value.slice(0, mostShown).map(record) : []);

export function attachmentsOf(fields: Record<string, unknown>): ShownAttachment[] {
  return list(fields.attachments).map((one) => {
    const color = text(one.color);
    const link = text(one.title_link);
    const said = [one.pretext, one.title, one.text].some((each) => text(each) !== '') || list(one.fields).length > 0;
    return {
      color: Object.hasOwn(colors, color)
        ? colors[color]
        : /^#?[0-9a-f]{6}$/i.test(color)
          ? `#${color.replace('#', '')}`
          : undefined,
      pretext: text(one.pretext),
      author: text(one.author_name),
      title: text(one.title),
      link: /^https?:\/\//.test(link) ? link : null,
      text: text(one.text) || (said ? '' : text(one.fallback)),
      fields: list(one.fields).map(({ title, value }) => ({ title: text(title), value: text(value) })),
      footer: text(one.footer),
    };
  });
}

const labels: Record<string, string> = {
  username: 'Shown as',
  icon_emoji: 'Picture',
  icon_url: 'Picture',
  unfurl_links: 'Previews of text links',
  unfurl_media: 'Previews of media links',
  reply_broadcast: 'Also shown in the channel',
  mrkdwn: 'Formatted as mrkdwn',
  link_names: 'Names are linked',
};

/** Returns all fields but the attachments, as `[label, value]`. */
export function factsOf(fields: Record<string, unknown>): [label: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (name === 'attachments') return [];
    const shown = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
    return [[labels[name] ?? name, shown]];
  });
}
