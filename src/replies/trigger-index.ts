import type { Pack, Trigger } from './pack.ts';
import { foldedKey } from './read-triggers.ts';
import { emojiOf, type Form, type Word, wordsOf } from './tokens.ts';

/** A trigger together with the pack it comes from. */
interface Indexed {
  pack: Pack;
  trigger: Trigger;
}

/** Returns the triggers in a text. The cost depends on the length of the text, not on the number of triggers. */
export type FindTriggers = (text: string, applies: (pack: Pack) => boolean) => Indexed[];

/** Triggers of different packs that are equal but for accents. */
type Alike = Indexed[];

export function indexTriggers(packs: readonly Pack[]): FindTriggers {
  const byEmoji = new Map<string, Alike>();
  const byFirstWord = new Map<string, Alike[]>();
  for (const alike of groupAlike(packs)) {
    const { emoji, words } = (alike[0] as Indexed).trigger;
    const first = words[0]?.folded ?? '';
    if (emoji === null) byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), alike]);
    else byEmoji.set(emoji, alike);
  }

  return (text, applies) => {
    const found = new Set<Indexed>();
    const usable = (one: Indexed) => applies(one.pack);
    for (const name of emojiOf(text)) for (const one of byEmoji.get(name)?.filter(usable) ?? []) found.add(one);
    const words = wordsOf(text);
    words.forEach((word, position) => {
      const firsts = word.bare ? [word.folded, word.bare.folded] : [word.folded];
      for (const alike of firsts.flatMap((first) => byFirstWord.get(first) ?? [])) {
        const standing = alike.filter((one) => usable(one) && standsAt(one, words, position, 'folded'));
        const exact = standing.filter((one) => standsAt(one, words, position, 'exact'));
        for (const one of exact.length > 0 ? exact : standing) found.add(one);
      }
    });
    return [...found];
  };
}

function groupAlike(packs: readonly Pack[]): Iterable<Alike> {
  const groups = new Map<string, Alike>();
  for (const pack of packs) {
    for (const trigger of pack.triggers) {
      const key = foldedKey(trigger);
      const group = groups.get(key);
      if (group) group.push({ pack, trigger });
      else groups.set(key, [{ pack, trigger }]);
    }
  }
  return groups.values();
}

function standsAt({ trigger }: Indexed, words: Word[], position: number, form: keyof Form): boolean {
  const candidates = words.slice(position, position + trigger.words.length);
  return candidates.length === trigger.words.length && trigger.words.every(isSaid) && isWhole(candidates);

  function isSaid(word: Word, offset: number): boolean {
    const heard = candidates[offset];
    return heard?.[form] === word[form] || heard?.bare?.[form] === word[form];
  }
}

/** Returns whether the words begin and end at word boundaries, or are a part of a single Chinese or Japanese word. */
function isWhole(candidates: readonly Word[]): boolean {
  const [first, last] = [candidates[0]?.segment, candidates.at(-1)?.segment];
  if (!first || !last) return false;
  if (first.begins && last.ends) return true;
  return first.divisible && first.word === last.word;
}
