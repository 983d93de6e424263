/** Where a character stands in a word of a script that writes without spaces. */
export interface Segment {
  /** The characters of its word: the same array for each of them. null: it is a whole word. */
  word: readonly string[] | null;
  /** A trigger may begin, or end, here. */
  begins: boolean;
  ends: boolean;
  /** A trigger may be a part of the word: Chinese and Japanese words are made of words. */
  divisible: boolean;
}

/** A character, or a stretch of letters of a script with spaces, of a run. */
type Piece = Segment & { text: string };

const chinese = '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Bopomofo}';
/** Written with spaces, but with endings joined to each word. */
const korean = '\\p{scx=Hangul}';
const southEast = '\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}';
const unspaced = new RegExp(`[${chinese}${korean}${southEast}]`, 'u');
const isChinese = new RegExp(`[${chinese}]`, 'u');
const isKorean = new RegExp(`[${korean}]`, 'u');
/** A stretch of one kind. Latin letters and digits within the run are a stretch too: `4月`, `Tシャツ`. */
const stretch = new RegExp(
  `[${chinese}]+|[${korean}]+|[${southEast}\\p{M}]+|[^${chinese}${korean}${southEast}]+`,
  'gu',
);

let segmenter: Intl.Segmenter | undefined;

/**
 * The characters of a run of letters, each with its place in the words that Unicode's dictionaries find; null when the
 * run has none of these scripts. So `東京` is in `東京都に行く`, while `京都`, which belongs to two words, is not.
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
