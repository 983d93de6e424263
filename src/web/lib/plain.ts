const esc = '\\x1b';
/** Control sequences (ECMA-48, 5.4, 5.6): colours; titles and links; other sequences of two or three characters. */
const sequences = new RegExp(
  [`${esc}\\[[0-?]*[ -/]*[@-~]`, `${esc}[\\]PX^_][^\\x07${esc}]*(?:\\x07|${esc}\\\\)?`, `${esc}[ -/]*[0-~]?`].join('|'),
  'g',
);
const controls = /\p{Cc}/gu;

/** Returns a line without control sequences. Text after a \r, which a terminal would write over the line, becomes a new line. */
export const plain = (text: string) =>
  text
    .replace(sequences, '')
    .replace(/\r+$/, '')
    .replace(/\r+/g, '\n')
    .replace(controls, (sign) => (sign === '\t' || sign === '\n' ? sign : ''));
