const esc = '\\x1b';
/** What terminals obey instead of showing it (ECMA-48, 5.4, 5.6): colours; titles and links; the rest of two or three signs. */
const sequences = new RegExp(
  [`${esc}\\[[0-?]*[ -/]*[@-~]`, `${esc}[\\]PX^_][^\\x07${esc}]*(?:\\x07|${esc}\\\\)?`, `${esc}[ -/]*[0-~]?`].join('|'),
  'g',
);
const controls = /\p{Cc}/gu;

/** A line of a log without what a terminal does not show either; what was written over, after \r, gets lines of its own. */
export const plain = (text: string) =>
  text
    .replace(sequences, '')
    .replace(/\r+$/, '')
    .replace(/\r+/g, '\n')
    .replace(controls, (sign) => (sign === '\t' || sign === '\n' ? sign : ''));
