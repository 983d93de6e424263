/** Made-up chat and made-up patterns, the same each time for the same seed. */

export interface Corpus {
  /** Valid as RE2 and as JavaScript regular expressions, with the same meaning in both on these messages. */
  readonly patterns: readonly string[];
  readonly messages: readonly string[];
}

const common = (
  'the a to of and in is it for on with that this we you have are was not be at as but from they will can all if ' +
  'about when there what so up out just get do like time know people good some could see other than then now look ' +
  'only come its over think also back after use two how our work first well way even new want because any these day ' +
  'most us server build deploy error failed update release customer ticket request issue please thanks morning ' +
  'meeting review merge branch test staging production database query slow user login page report link today'
).split(' ');
const syllables = 'ba ko ri tun vel mar xi dor zen qua lim pher so ga nit bro ul che fy wex jor pla'.split(' ');

function generator(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  return { next, below, pick };
}

/**
 * Of the patterns 49 % are keywords, 35 % regular expressions around a rare word, 4 % two common words near each other,
 * 9 % short or frequent literals in a rare setting, 3 % without any literal. About one message in ten matches something.
 */
export function makeCorpus(size: { patterns: number; messages: number; seed?: number }): Corpus {
  const { next, below, pick } = generator(size.seed ?? 2024);
  const rare = (length: number) => Array.from({ length: length + below(2) }, () => pick(syllables)).join('');
  const rareWords: string[] = [];
  const patterns = Array.from({ length: size.patterns }, () => {
    const kind = next();
    const word = rare(4);
    if (kind < 0.84) rareWords.push(word);
    if (kind < 0.49) return word;
    if (kind < 0.61) return `\\b${word}s?\\b`;
    if (kind < 0.73) return `${word}.{0,30}(?:${pick(common)}|${pick(common)})`;
    if (kind < 0.84) return `(?:${word}|${rare(4)})[-_ ]?\\d*`;
    if (kind < 0.88) return `\\b${pick(common)}\\b.{0,20}\\b${pick(common)} ${pick(common)} ${pick(common)}\\b`;
    if (kind < 0.97) return `\\b${pick(common).slice(0, 3)}-\\d{2,4}\\b`;
    return pick(['\\d{3}-\\d{4}-\\d{4}', '[A-Z0-9]{24,}', '\\b[0-9a-f]{40}\\b', '(?:\\w+\\.){6,}\\w+', '[#@]{4,}']);
  });
  const messages = Array.from({ length: size.messages }, () => {
    const words = Array.from({ length: 12 + below(45) }, () => (next() < 0.12 ? rare(2) : pick(common)));
    if (next() < 0.11) words[below(words.length)] = pick(rareWords);
    if (next() < 0.2) words.push(String(below(100_000)));
    const text = words.join(' ');
    return next() < 0.3 ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  });
  return { patterns, messages };
}
