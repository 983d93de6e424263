import type { Random } from '../support/random.ts';

const letters = [...'abcKkKsSſßẞiIİıåÅÅéÉσςΣµμωΩΐΐθϴжЖɤꟋ', '😀', '🚀', '𐐀', '𐐨', '日', ' ', '-', '/', '0', '7', '_'];
const words = ['error', 'Straße', 'disk', 'kiss', 'İs', 'ok', 'Åse', 'a/b', '日本', 'ba', 'ab', 'ﬅ', 'ﬆ'];
const atoms = [
  ...[
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\S',
    '\\W',
    '\\b',
    '\\B',
    '^',
    '$',
    '\\pL',
    '\\p{Greek}',
    '\\P{Lu}',
    '\\x{1F600}',
    '\\x41',
  ],
  ...[
    '[a-c]',
    '[^k]',
    '[sK]',
    '[ſ-ƀ]',
    '[[:alpha:]]',
    '[]a]',
    '[^]a]',
    '[\\d-]',
    '[--0]',
    '[a-]',
    '[(?<]',
    '[\\x{4b}\\n]',
  ],
  ...[
    '\\Qa/b\\E',
    '\\Qk.\\E',
    '\\n',
    '\\.',
    '\\/',
    '\\101',
    '\\0',
    '(?i)',
    '(?-i)',
    '(?s)',
    '(?m)',
    '(?U)',
    '{',
    '{,2}',
  ],
];
const repeats = ['*', '+', '?', '*?', '+?', '??', '{2}', '{0}', '{1,3}', '{0,2}', '{2,}?', '{3}?'];

/** Returns a random pattern: mostly valid, with many characters that have unusual case rules. */
export function randomPattern(random: Random, depth = 3): string {
  const piece = (): string => {
    const kind = random.next();
    if (kind < 0.3) return random.pick(words);
    if (kind < 0.55) return random.pick(letters);
    if (kind < 0.7 || depth === 0) return random.pick(atoms);
    const inner = random.many(3, () => randomPattern(random, depth - 1) + random.pick(['', '', '|']));
    return `${random.pick(['(', '(?:', '(?i:', '(?-i:', '(?P<n>'])}${inner})`;
  };
  return random.many(depth + 1, () => piece() + (random.next() < 0.25 ? random.pick(repeats) : ''));
}

/** Returns a random text of the same parts as the patterns. */
export function randomText(random: Random): string {
  const odd = ['\n', '\r\n', '\uD83D', '\uDE00', 'é', '\u0301', 'K', 'S', 'SS', 'ss', 'xyz'];
  return random.many(12, () => {
    const kind = random.next();
    const text = kind < 0.4 ? random.pick(words) : kind < 0.85 ? random.pick(letters) : random.pick(odd);
    return random.pick([text, text.toUpperCase(), text.toLowerCase()]);
  });
}
