import type { Engine, Subject, Verifier } from './engine.ts';
import { compileChecked, re2jsEngine } from './engine-re2js.ts';
import { isSettled } from './fold.ts';
import { refusal } from './refusals.ts';

/** The part of https://github.com/uhop/node-re2 that is used here. */
export type Re2Constructor = new (source: string, flags: string) => { test(text: Buffer): boolean };

/** Native RE2. A pattern must pass re2js' checks first, so that a replica without re2 accepts the same patterns. */
export function createRe2Engine(Re2: Re2Constructor): Engine {
  return {
    name: 're2',
    compile(source) {
      if (!isCommonGround(source)) return re2jsEngine.compile(source);
      compileChecked(source);
      return new Re2Verifier(compileNative(Re2, source));
    },
  };
}

/**
 * Whether native re2 surely means the same as re2js. node-re2 rewrites sources on the way in (it puts a backslash before
 * every slash, even within \Q…\E, and P after every `(?<`, even within brackets), and the two have Unicode tables of
 * different years. The patterns in question are few; they run on re2js.
 */
export function isCommonGround(source: string): boolean {
  if (/\\[pPQ]|\(\?<|\\x\{/.test(source)) return false;
  const beyondAscii = [...source].filter((char) => char > '\x7f');
  if (beyondAscii.length === 0) return true;
  return !source.includes('[') && beyondAscii.every((char) => isSettled(char.codePointAt(0) as number));
}

function compileNative(Re2: Re2Constructor, source: string) {
  try {
    return new Re2(source, 'iu');
  } catch (error) {
    const reason = `re2 refuses what re2js accepts (${error instanceof Error ? error.message : String(error)})`;
    throw refusal(source, reason, 'Write it more simply', error);
  }
}

class Re2Verifier implements Verifier {
  readonly #compiled: { test(text: Buffer): boolean };

  constructor(compiled: { test(text: Buffer): boolean }) {
    this.#compiled = compiled;
  }

  matches(subject: Subject): boolean {
    return this.#compiled.test(subject.bytes);
  }
}
