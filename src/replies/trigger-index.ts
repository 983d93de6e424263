import type { Pack, Trigger } from './pack.ts';
import { foldedKey } from './read-triggers.ts';
import { emojiOf, type Word, wordsOf } from './tokens.ts';

/** A trigger together with the pack it comes from. */
export interface Indexed {
  pack: Pack;
  trigger: Trigger;
}

/** Finds the triggers of a text; the cost grows with the text, not with the number of triggers. */
export type FindTriggers = (text: string, applies: (pack: Pack) => boolean) => Indexed[];

/** Triggers of different packs that differ at most in accents. */
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
      for (const alike of byFirstWord.get(word.folded) ?? []) {
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

function standsAt({ trigger }: Indexed, words: Word[], position: number, form: keyof Word): boolean {
  return trigger.words.every((word, offset) => words[position + offset]?.[form] === word[form]);
}
