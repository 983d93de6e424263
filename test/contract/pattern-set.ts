import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PatternRefused } from '../../src/domain/errors.ts';
import type { PatternSet, PatternTools } from '../../src/ports/patterns.ts';

/** The contract of every pattern set. Registers its tests under `name`. */
export function patternSetContract(name: string, make: () => { set: PatternSet; tools: PatternTools }): void {
  describe(`pattern set: ${name}`, () => {
    const matching = (source: string, text: string): boolean => {
      const { set } = make();
      set.add('it', source);
      return set.match(text)?.length === 1;
    };

    it('finds a pattern anywhere in a text and ignores case', () => {
      for (const text of ['deploy', 'we DEPLOY today', 'redeployed', '\n\nDePlOy']) assert.ok(matching('deploy', text));
      assert.ok(!matching('deploy', 'depl oy'));
    });

    it('folds case one character for one, as RE2 does', () => {
      for (const [source, text] of [
        ['kelvin', '\u212Aelvin'],
        ['\u212Aelvin', 'KELVIN'],
        ['straße', 'STRAẞE'],
        ['strasse', 'ſtraſſe'],
        ['éclair', 'ÉCLAIR'],
        ['σίσυφος', 'ΣΊΣΥΦΟΣ'],
        ['ошибка', 'ОШИБКА'],
        ['Ångström', '\u212BNGSTRÖM'],
      ] as const) {
        assert.ok(matching(source, text), `${source} in ${text}`);
      }
      assert.ok(!matching('strasse', 'STRAßE'));
      assert.ok(!matching('istanbul', 'İstanbul'));
      assert.ok(!matching('istanbul', 'ıstanbul'));
    });

    it('lets a pattern become case-sensitive with a flag', () => {
      assert.ok(matching('(?-i)WARN', 'a WARN'));
      assert.ok(!matching('(?-i)WARN', 'a warn'));
      assert.ok(matching('(?-i:ERR)or', 'ERROR'));
    });

    it('matches the dot within a line only, and ^ and $ at the ends of lines', () => {
      assert.ok(!matching('a.b', 'a\nb'));
      assert.ok(!matching('a.b', 'a\r\nb'));
      assert.ok(!matching('one.+', 'one\r\ntwo'));
      assert.ok(matching('(?s)a.b', 'a\nb'));
      assert.ok(matching('a.b', 'a😀b'));
      for (const text of ['two', 'one\ntwo', 'one\r\ntwo', 'one\rtwo', '\n\ntwo\n'])
        assert.ok(matching('^two', text), text);
      for (const text of ['one', 'one\ntwo', 'one\r\ntwo', 'one\n', 'one\r\n']) assert.ok(matching('one$', text), text);
      assert.ok(!matching('^two', 'one two'));
      assert.ok(!matching('one$', 'one two'));
      assert.ok(matching('^two$', 'one\r\ntwo\r\nthree'));
      assert.ok(matching('one$\\s^two', 'one\r\ntwo'));
      assert.ok(!matching('(?-m)^two', 'one\ntwo'));
    });

    it('matches \\A and \\z only at the ends of the text', () => {
      assert.ok(matching('\\Aone', 'one\ntwo'));
      assert.ok(!matching('\\Atwo', 'one\ntwo'));
      assert.ok(matching('two\\z', 'one\ntwo'));
      assert.ok(!matching('one\\z', 'one\ntwo'));
      assert.ok(!matching('two\\z', 'one\ntwo\n'));
    });

    it('finds a line end in each of its notations', () => {
      for (const source of [
        'one\\ntwo',
        'one\\r\\ntwo',
        'one\\r?\\ntwo',
        'one[\\r\\n]+two',
        'one\\x0d\\x0atwo',
        'one\\stwo',
      ]) {
        for (const text of ['one\ntwo', 'one\r\ntwo']) assert.ok(matching(source, text), `${source} in ${text}`);
      }
    });

    it('recognizes letters, digits and word boundaries of every script', () => {
      for (const [source, text] of [
        ['\\büber\\b', 'ist über alles'],
        ['\\bПривет\\b', 'ну, привет!'],
        ['\\bété\\b', 'un ÉTÉ'],
        ['\\w+ößt', 'stößt'],
        ['^\\w+$', 'naïveté'],
        ['^\\w+$', 'cafe\u0301'],
        ['日\\b', '日 本'],
        ['\\d\\d', '٣٤'],
        ['x[\\w-]y', 'xéy'],
        ['^[^\\W_]+$', 'é1'],
        ['\\Dx', 'éx'],
        ['\\Büb', 'xüber'],
      ] as const) {
        assert.ok(matching(source, text), `${source} in ${text}`);
      }
      for (const [source, text] of [
        ['\\bcaf\\b', 'café'],
        ['\\bber\\b', 'über'],
        ['\\W', 'éß日'],
        ['x\\Wy', 'xéy'],
        ['x[\\W]y', 'xéy'],
        ['^[^\\W_]+$', 'a_b'],
        ['^\\D+$', '٣'],
        ['\\Büb', ' über'],
        ['日\\b', '日本'],
      ] as const) {
        assert.ok(!matching(source, text), `${source} in ${text}`);
      }
    });

    it('parses slashes, quotes and groups the same way with every engine', () => {
      assert.ok(matching('https://a/b', 'see https://a/b.'));
      assert.ok(matching('\\Qa/b.c\\E', 'a/b.c'));
      assert.ok(!matching('\\Qa/b.c\\E', 'a/bxc'));
      assert.ok(!matching('[(?<]x', 'Px'));
      assert.ok(matching('(?<word>w)x', 'wx'));
      assert.ok(matching('\\p{Greek}x', 'λx'));
    });

    it('treats half of a surrogate pair as the replacement character', () => {
      assert.ok(matching('a\uFFFDb', 'a\uD83Db'));
      assert.ok(matching('a.b', 'a\uDE00b'));
    });

    it('returns each id once, and nothing from an empty set', () => {
      const { set } = make();
      assert.deepEqual(set.match('a cat and a dog'), []);
      set.add('pet', 'cat|dog');
      set.add('cat', 'c[aou]t');
      set.add('bird', 'bird');
      assert.deepEqual(set.match('a cat and a dog')?.sort(), ['cat', 'pet']);
      assert.deepEqual(set.match(''), []);
      assert.equal(set.size, 3);
    });

    it('replaces the pattern of an id, and forgets what was removed', () => {
      const { set } = make();
      set.add('a', 'old');
      set.add('a', 'new');
      assert.deepEqual([set.match('old'), set.match('new'), set.size], [[], ['a'], 1]);
      set.remove('a');
      set.remove('never there');
      assert.deepEqual([set.match('new'), set.size], [[], 0]);
    });

    it('changes nothing when it refuses a pattern', () => {
      const { set } = make();
      set.add('a', 'old');
      assert.throws(() => set.add('a', '(['), PatternRefused);
      assert.throws(() => set.add('b', 'x*'), PatternRefused);
      assert.deepEqual([set.match('old'), set.size], [['a'], 1]);
    });

    it('returns the positions of a pattern in UTF-16 units, at most a hundred', () => {
      const { tools } = make();
      assert.deepEqual(tools.spans('b+', 'a😀bb\nB'), [
        [3, 5],
        [6, 7],
      ]);
      assert.deepEqual(tools.spans('^b$', 'a\r\nb\r\nc\r\nb'), [
        [3, 4],
        [9, 10],
      ]);
      assert.deepEqual(tools.spans('a|ab', 'xab'), [[1, 2]]);
      assert.deepEqual(tools.spans('ab|a', 'xab'), [[1, 3]]);
      assert.deepEqual(tools.spans('\\büb', 'übüb üb'), [
        [0, 2],
        [5, 7],
      ]);
      assert.deepEqual(tools.spans('zzz', 'a'), []);
      assert.equal(tools.spans('a', 'a'.repeat(500)).length, 100);
      assert.throws(() => tools.spans('(', 'a'), PatternRefused);
      assert.throws(() => tools.check('(?=a)'), PatternRefused);
      tools.check('a');
    });
  });
}
