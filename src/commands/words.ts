export { code } from '../domain/inline-code.ts';

/** Turns Slack's links back to the typed text: `<http://example.com|example.com>` → `example.com`. Keeps mentions. */
export function unlink(text: string): string {
  return text.replace(/<([a-z][a-z0-9+.-]*:[^<>|\s]*)(?:\|([^<>]*))?>/gi, (_, target: string, label?: string) =>
    label ? label : target.replace(/^(mailto|tel):/i, ''),
  );
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Returns a bullet list, shortened to `maxLength` characters with the number of missing items: Slack cuts long texts. */
export function bullets(lines: string[], maxLength = 12_000): string {
  let length = 0;
  const shown = lines.filter((line) => {
    length += line.length + 3;
    return length <= maxLength;
  });
  const missing = lines.length - shown.length;
  return [...shown, ...(missing > 0 ? [`… and ${missing} more`] : [])].map((line) => `• ${line}`).join('\n');
}
