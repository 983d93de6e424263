import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RE2JS } from 're2js';
import { foldCodePoint, foldTable, isSettled } from '../../src/patterns/fold.ts';

/** Returns the characters that re2js' (?i) treats as equal, read from the program of a class with one character. */
function caseFamily(codePoint: number): number[] {
  const compiled = RE2JS.compile(`[\\x{${codePoint.toString(16)}}]`, RE2JS.CASE_INSENSITIVE);
  const ranges = compiled
    .re2()
    .prog.inst.flatMap((instruction: { op: number; runes: Int32Array }) => [...instruction.runes]) as number[];
  // re2js keeps a family of two as one character that it folds while matching, and a larger one as ranges.
  const family: number[] = [];
  if (ranges.length === 1) {
    for (const other of [...caseVariants(ranges[0] as number), ranges[0] as number]) {
      if (compiled.test(String.fromCodePoint(other))) family.push(other);
    }
  }
  for (let at = 0; at + 1 < ranges.length; at += 2) {
    for (let code = ranges[at] as number; code <= (ranges[at + 1] as number); code++) family.push(code);
  }
  return family;
}

/** Returns the upper-case and lower-case forms of a character. */
function caseVariants(codePoint: number): number[] {
  const char = String.fromCodePoint(codePoint);
  return [char.toUpperCase(), char.toLowerCase()].flatMap((text) => [...text].map((c) => c.codePointAt(0) as number));
}

it('the filter merges all characters that the engine merges', () => {
  let families = 0;
  for (let codePoint = 1; codePoint <= 0x1faff; codePoint++) {
    if (!isSettled(codePoint)) continue;
    for (const other of caseFamily(codePoint)) {
      if (other === codePoint) continue;
      families += 1;
      assert.equal(
        foldCodePoint(other),
        foldCodePoint(codePoint),
        `U+${other.toString(16)} of U+${codePoint.toString(16)}`,
      );
    }
  }
  assert.ok(families > 800, `only ${families} pairs seen`);
});

it('the engine matches a settled character only by characters of its case family', () => {
  // The reverse, over a text of all characters: characters that match each other must have the same fold.
  const every = Array.from({ length: 0x10000 }, (_, unit) => unit).filter((unit) => unit < 0xd800 || unit > 0xdfff);
  const text = String.fromCodePoint(...every.slice(1));
  for (const char of 'skiåßµωθβεπρφſıİÿĸжв日') {
    const judge = RE2JS.compile(char, RE2JS.CASE_INSENSITIVE).matcher(text);
    for (let found = 0; judge.find(); found++) {
      const hit = judge.group() as string;
      assert.equal(foldCodePoint(hit.charCodeAt(0)), foldCodePoint(char.charCodeAt(0)), `${hit} for ${char}`);
      assert.ok(found < 10);
    }
  }
});

it('folding twice equals folding once', () => {
  const table = foldTable();
  assert.ok(table.every((unit) => table[unit] === unit));
});
