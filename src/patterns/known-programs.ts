import { accept } from './accept.ts';
import { compileProgram, type Program } from './program.ts';

/** The most bytes that all kept programs take, and one of them. */
const mostBytes = 1_048_576;
const mostBytesOfOne = 65_536;

/**
 * Returns a function that compiles a pattern, and keeps the programs that were used last: the same patterns match again
 * and again, and to check and compile one takes 0.1 ms. It throws PatternRefused.
 */
export function createKnownPrograms(): (source: string) => Program {
  const known = new Map<string, Program>();
  let bytes = 0;

  function take(source: string): Program | undefined {
    const program = known.get(source);
    if (program === undefined) return undefined;
    known.delete(source);
    bytes -= bytesOf(source, program);
    return program;
  }

  function keep(source: string, program: Program): void {
    const size = bytesOf(source, program);
    if (size > mostBytesOfOne) return;
    known.set(source, program);
    bytes += size;
    for (const oldest of known.keys()) {
      if (bytes <= mostBytes) return;
      take(oldest);
    }
  }

  return function programOf(source) {
    let program = take(source);
    if (program === undefined) {
      accept(source);
      program = compileProgram(source);
    }
    keep(source, program);
    return program;
  };
}

const bytesOf = (source: string, { code, sets }: Program) =>
  2 * source.length + code.byteLength + sets.reduce((sum, set) => sum + set.byteLength, 0);
