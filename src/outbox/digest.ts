import { cutMrkdwn } from '../domain/cut.ts';
import type { Content } from '../domain/delivery.ts';
import { listValues } from './list-values.ts';

/** One text for many. `different`: the number of distinct texts; `web1 is down` and `web2 is down` are two. */
interface Summary {
  title?: string;
  text: string;
  different: number;
}

/** The messages of a digest. In a flood a digest is rendered every second, so each message is parsed only once. */
export interface Digest {
  /** The digest's own message comes first. */
  add(content: Content): void;
  /** @param maxCharacters of the text; the first one must be shorter */
  summary(maxCharacters?: number): Summary;
  /** Length of all texts and titles in memory, in UTF-16 units. */
  readonly characters: number;
}

/** Distinct values that one digest lists, in characters altogether. */
const valueCharacters = 2_000;
const titleCharacters = 300;
/** Texts of other shapes, such as one that was edited by hand, get a line of their own; more than these are counted. */
const otherShapes = 3;

/**
 * Words, numbers with what belongs to them (`10.0.0.1:80`, `2026-11-28T10:00:01Z`), UUIDs and Slack's `<…>` are one token
 * each; so is every other character.
 */
const tokenPattern =
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\p{N}(?:[\p{L}\p{N}_.,:/+-]*[\p{L}\p{N}])?|[\p{L}\p{N}_]+|<[^<>\n]*>|\s+|./giu;

/** One message for many similar ones: `web1 is down` and `web2 is down` become `web{1,2} is down`. */
export function createDigest(): Digest {
  const titles = createFolded('; ');
  const texts = createFolded('\n');
  const seen = new Set<string>();
  let characters = 0;

  return {
    add({ title = '', text }) {
      const both = `${title}\u0000${text}`;
      if (seen.has(both)) return;
      seen.add(both);
      characters += both.length;
      titles.add(title.replace(/\s+/g, ' ').trim());
      texts.add(text);
    },
    summary(maxCharacters = Number.POSITIVE_INFINITY) {
      const title = titles.text(titleCharacters);
      return { ...(title !== '' && { title }), text: texts.text(maxCharacters), different: seen.size };
    },
    get characters() {
      return characters;
    },
  };
}

/** A token that is the same in all texts of a shape, or the values it has in them. */
type Slot = string | Set<string>;

/** @param between the shapes: a title is one line. */
function createFolded(between: '; ' | '\n') {
  /** By the number of tokens; the first text's comes first. */
  const shapes = new Map<number, Slot[]>();
  let ownLength = 0;
  let made: { maxCharacters: number; text: string } | null = null;

  return {
    add(text: string): void {
      // An empty text would become an empty line.
      if (text === '') return;
      made = null;
      if (shapes.size === 0) ownLength = text.length;
      const tokens = text.match(tokenPattern) ?? [];
      const slots = shapes.get(tokens.length);
      // A shape beyond those that are listed is only counted, so its tokens need not be kept.
      if (slots === undefined) return void shapes.set(tokens.length, shapes.size > otherShapes ? [] : tokens);
      slots.forEach((slot, at) => {
        const token = tokens[at] ?? '';
        if (typeof slot !== 'string') slot.add(token);
        else if (slot !== token) slots[at] = new Set([slot, token]);
      });
    },
    text(maxCharacters: number): string {
      if (made?.maxCharacters === maxCharacters) return made.text;
      const listed = [...shapes.values()].slice(0, 1 + otherShapes);
      const room = Math.max(0, Math.min(valueCharacters, maxCharacters - ownLength));
      const each = Math.floor(room / listed.length);
      const [own = '', ...others] = listed.map((slots) => shown(slots, each));
      const lines = [own, ...others.map((line) => `also: ${cutMrkdwn(line, each)}`)];
      const more = shapes.size - listed.length;
      if (more > 0) lines.push(`… and ${more} of other forms`);
      const text = cutMrkdwn(lines.join(between), maxCharacters, () => '…');
      made = { maxCharacters, text };
      return text;
    },
  };
}

/** A slot with several values becomes their list. */
function shown(slots: readonly Slot[], room: number): string {
  // Smallest lists first: the room that they leave is for the larger ones.
  const varying = slots
    .flatMap((slot) => (typeof slot === 'string' ? [] : { slot, values: [...slot], length: lengthOf(slot) }))
    .sort((a, b) => a.length - b.length);
  const lists = new Map<Slot, string>();
  let left = room;
  varying.forEach(({ slot, values }, index) => {
    const list = listValues(values, Math.floor(left / (varying.length - index)));
    left -= list.length;
    lists.set(slot, list);
  });
  return slots.map((slot) => (typeof slot === 'string' ? slot : lists.get(slot))).join('');
}

function lengthOf(values: Iterable<string>): number {
  let length = 0;
  for (const value of values) length += value.length + 1;
  return length;
}
