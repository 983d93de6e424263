import { RE2JS } from 're2js';
import { translate } from '../../src/patterns/translate.ts';

/** re2js' instruction; `op` and the bits of `arg` as in its build/index.js. */
interface Instruction {
  op: number;
  out: number;
  arg: number;
  matchRune(codePoint: number): boolean;
}

/**
 * A naive search over re2js' instructions: follows every path from every position, one after the other. Shares no code
 * with the automata except the translation of the pattern.
 */
export function naive(source: string): (text: string) => boolean {
  const flags = RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE;
  const { inst, start }: { inst: Instruction[]; start: number } = RE2JS.compile(translate(source), flags).re2().prog;
  return (raw) => {
    const text = [...Buffer.from(raw).toString().replace(/\r\n?/g, '\n')];
    const seen = new Set<number>();
    const open: [pc: number, at: number][] = [...text, ''].map((_, at) => [start, at]);
    for (let way = open.pop(); way !== undefined; way = open.pop()) {
      const [pc, at] = way;
      const key = pc * (text.length + 1) + at;
      if (seen.has(key)) continue;
      seen.add(key);
      const instruction = inst[pc] as Instruction;
      const { op, out, arg } = instruction;
      if (op === 6) return true;
      if (op === 1 || op === 2) open.push([out, at], [arg, at]);
      else if (op === 3 || op === 7) open.push([out, at]);
      else if (op === 4 && holds(arg, text[at - 1], text[at])) open.push([out, at]);
      else if (op >= 8 && accepts(instruction, text[at])) open.push([out, at + 1]);
    }
    return false;
  };
}

function accepts(instruction: Instruction, char: string | undefined): boolean {
  if (char === undefined) return false;
  if (instruction.op === 10) return true;
  if (instruction.op === 11) return char !== '\n';
  return instruction.matchRune(char.codePointAt(0) as number);
}

function holds(asked: number, before: string | undefined, after: string | undefined): boolean {
  const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{M}\p{N}_]/u.test(char);
  const lineStart = before === undefined || before === '\n';
  const lineEnd = after === undefined || after === '\n';
  const boundary = isWord(before) !== isWord(after);
  const bits = [lineStart, lineEnd, before === undefined, after === undefined, boundary, !boundary];
  return bits.every((holds, bit) => holds || (asked & (1 << bit)) === 0);
}
