/** Cuts a text that comes from outside, and replaces control characters. */
export function shortened(text: string, most = 100): string {
  const printable = text.replace(/\p{C}+/gu, ' ');
  return printable.length > most ? `${printable.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : printable;
}
