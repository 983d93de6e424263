export { code } from '../domain/inline-code.ts';

/** Slack's links as they were typed: `<http://example.com|example.com>` → `example.com`. Mentions are left alone. */
export function unlink(text: string): string {
  return text.replace(/<([a-z][a-z0-9+.-]*:[^<>|\s]*)(?:\|([^<>]*))?>/gi, (_, target: string, label?: string) =>
    label ? label : target.replace(/^(mailto|tel):/i, ''),
  );
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Slack cuts long texts, so a list stops early and says how much is missing. */
export function bullets(lines: string[], maxLength = 12_000): string {
  let length = 0;
  const shown = lines.filter((line) => {
    length += line.length + 3;
    return length <= maxLength;
  });
  const missing = lines.length - shown.length;
  return [...shown, ...(missing > 0 ? [`… and ${missing} more`] : [])].map((line) => `• ${line}`).join('\n');
}
