/** Puts each text between `<!-- generated: NAME -->` and `<!-- end: NAME -->`. @throws when a page lacks a marker */
export function fillMarkers(page: string, texts: Record<string, string>): string {
  let filled = page;
  for (const [name, text] of Object.entries(texts)) {
    const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const from = filled.indexOf(start);
    const to = filled.indexOf(end);
    if (from === -1 || to < from)
      throw new Error(`the page has no ${start} … ${end}; put both where the table belongs`);
    filled = `${filled.slice(0, from)}${start}\n${text}\n${filled.slice(to)}`;
  }
  return filled;
}

/** A Markdown table. Bars inside of cells would end them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
