import { plainText } from './text-parts.ts';

/**
 * The text of a `markdown` block in mrkdwn. Standard Markdown has other signs than mrkdwn; those that readers do not see
 * are taken away. https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 */
export function markdownText(markdown: string): string {
  const fences = /```[^\n]*\n([\s\S]*?)\n?```/g;
  const parts: string[] = [];
  let from = 0;
  for (const found of markdown.matchAll(fences)) {
    parts.push(outsideCode(markdown.slice(from, found.index)), `\`\`\`${escaped(found[1] ?? '')}\`\`\``);
    from = found.index + found[0].length;
  }
  parts.push(outsideCode(markdown.slice(from)));
  return parts.join('');
}

function outsideCode(text: string): string {
  return text
    .split(/(`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? escaped(part) : inline(part)))
    .join('');
}

const link = /!?\[([^\][\n]*)\]\((\S+?)(?:\s+"[^"\n]*")?\)/g;

function inline(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const found of text.matchAll(link)) {
    const [whole, label = '', url = ''] = found;
    const target = escaped(url).replace(/[|\s]/g, encodeURIComponent);
    parts.push(plain(text.slice(from, found.index)), `<${target}|${escaped(label).replace(/\|/g, ' ')}>`);
    from = found.index + whole.length;
  }
  parts.push(plain(text.slice(from)));
  return parts.join('');
}

function plain(text: string): string {
  const unmarked = text
    .replace(/^#{1,6}[ \t]+(.*?)[ \t]*#*$/gm, '$1')
    .replace(/^[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$/gm, '')
    .replace(/^([ \t]*)[-*+][ \t]+/gm, '$1• ')
    .replace(/(\*\*|__|~~)(?=\S)([^\n]*?\S)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}*_])([*_])(?=\S)([^*_\n]*?\S)\1(?![\p{L}\p{N}*_])/gu, '$2')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');
  return plainText(unmarked.replace(/&/g, '&amp;'));
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
