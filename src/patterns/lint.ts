import { normaliseCharacters } from '../domain/characters.ts';
import { compileProgram, position } from './program.ts';
import { canMatch, type Leniency } from './reachable.ts';
import { readable } from './readable.ts';
import { alternatives } from './syntax-parts.ts';

const { lineStart, lineEnd, textStart, textEnd, boundary, noBoundary } = position;

/** Reasons why a pattern cannot match. The first one whose leniency makes it match is the reason. */
const causes: ReadonlyArray<readonly [lenient: Partial<Leniency>, because: string]> = [
  [
    { positions: lineStart | textStart },
    'something must stand before a ^ (or \\A), which is the start of a line (or of the text). Write \\^ to look for the character',
  ],
  [
    { positions: lineEnd | textEnd },
    'something must follow a $ (or \\z), which is the end of a line (or of the text). Write \\$ to look for the character',
  ],
  [
    { positions: boundary | noBoundary },
    '\\b stands where no word begins or ends (or \\B where one does). \\b needs a letter, digit or _ on one side only',
  ],
  [{ positions: lineStart | textStart | lineEnd | textEnd }, 'its ^ and $ contradict each other'],
  [{ positions: -1 }, 'its ^, $ and \\b contradict each other'],
  [{ characters: true }, 'it asks for a character that is never in a text as it is matched'],
];

/**
 * Returns reasons why a pattern, or one of its alternatives, can never match. Empty for most patterns; never a guess.
 * @param source an accepted pattern
 */
export function warningsOf(source: string): string[] {
  const whole = whyNever(source);
  if (whole !== null) return [`This cannot match because ${whole}.`];
  const parts = alternatives(source).flatMap((part) => {
    const why = whyNever(part);
    return why === null ? [] : [`The part "${part}" cannot match because ${why}.`];
  });
  return [...parts, ...spaces(source)];
}

function whyNever(source: string): string | null {
  const program = compileProgram(source);
  const possible = (lenient: Partial<Leniency>) =>
    canMatch(program, { positions: 0, characters: false, ...lenient }, occurs);
  if (possible({})) return null;
  const cause = causes.find(([lenient]) => possible(lenient));
  return cause === undefined ? 'it asks for a character that does not exist' : cause[1];
}

function occurs(codePoint: number): boolean {
  const char = String.fromCodePoint(codePoint);
  return readable(normaliseCharacters(char)) === char;
}

/** Warns of a space at either end: it is hard to see, but must be in the text like any other character. */
function spaces(source: string): string[] {
  const at = [...(/^ /.test(source) ? ['begins'] : []), ...(/[^\\] $/.test(source) ? ['ends'] : [])];
  if (at.length === 0) return [];
  return [`It ${at.join(' and ')} with a space, which must be in the text. Use \\b for the edge of a word.`];
}
