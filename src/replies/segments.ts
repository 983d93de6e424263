/** Position of a character within a word, in scripts that are written without spaces. */
export interface Segment {
  /** The characters of its word, the same array for each of them; null for a word of a script with spaces. */
  word: readonly string[] | null;
  /** Whether a trigger may begin at this character. */
  begins: boolean;
  /** Whether a trigger may end at this character. */
  ends: boolean;
  /** Whether a trigger may be a part of the word: Chinese and Japanese words consist of words. */
  divisible: boolean;
}

/** A character, or consecutive letters of a script with spaces. */
type Piece = Segment & { text: string };

const chinese = '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Bopomofo}';
/** Korean is written with spaces, but attaches endings to words. */
const korean = '\\p{scx=Hangul}';
const southEast = '\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}';
const unspaced = new RegExp(`[${chinese}${korean}${southEast}]`, 'u');
const isChinese = new RegExp(`[${chinese}]`, 'u');
const isKorean = new RegExp(`[${korean}]`, 'u');
/** Consecutive characters of one kind. Latin letters and digits may be next to others: `4月`, `Tシャツ`. */
const stretch = new RegExp(
  `[${chinese}]+|[${korean}]+|[${southEast}\\p{M}]+|[^${chinese}${korean}${southEast}]+`,
  'gu',
);

let segmenter: Intl.Segmenter | undefined;

/**
 * Splits letters without spaces into words by ICU's dictionaries, and returns their characters with their positions; null
 * when none of these scripts is in it. So `東京` is found in `東京都に行く`, but `京都`, parts of two words, is not.
 */
export function segmentsOf(run: string): Piece[] | null {
  if (!unspaced.test(run)) return null;
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  return [...run.matchAll(stretch)].flatMap(([part]): Piece[] => {
    if (!unspaced.test(part)) {
      return [{ text: part, word: null, begins: true, ends: true, divisible: false }];
    }
    const divisible = isChinese.test(part);
    const words = isKorean.test(part)
      ? [part]
      : [...(segmenter as Intl.Segmenter).segment(part)].map((one) => one.segment);
    return words.flatMap((word) => {
      const characters = [...word];
      return characters.map((text, at) => ({
        text,
        word: characters,
        begins: at === 0,
        ends: at === characters.length - 1 || isKorean.test(text),
        divisible,
      }));
    });
  });
}
