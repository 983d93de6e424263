import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReplies } from '../../src/replies/index.ts';
import { Random } from '../support/random.ts';
import { cpuClock } from '../support/soon.ts';
import { packOf } from './packs.ts';

/** Returns the trigger that replies: its reply is its name and `!`. */
function heard(triggers: string[], text: string): string | null {
  const replies = createReplies({ packs: [packOf(triggers)], now: () => 0, random: () => 0 });
  return replies.answer({ team: 'T1', text, channel: 'C1' })?.text.slice(0, -1) ?? null;
}

const cases: [trigger: string, text: string, found: boolean][] = [
  ['love', 'All you need is LOVE!', true],
  ['love', 'glove', false],
  ['love', 'loved', false],
  ['love', "love's", true],
  ['love', '*_love_*', true],
  ['love', 'snake_love_case', true],
  ['Love', 'love', true],
  ['love', '', false],
  // words that belong together
  ['self-esteem', 'my self esteem', true],
  ['self-esteem', 'my Self-Esteem.', true],
  ['self esteem', 'self-esteem', true],
  ['self-esteem', 'esteem self', false],
  ['self-esteem', 'self', false],
  ['new york', 'in New\nYork', true],
  ['new york', 'new new york', true],
  ['new york', 'newyork', false],
  ["don't panic", 'DON’T panic', true],
  // apostrophes belong to the word, but for the possessive and for elided articles
  ['don', "don't", false],
  ['don', 'Don did it', true],
  ["don't", 'don t', false],
  ["don't", 'I don’t know', true],
  ['don`t', "don't", true],
  ['can', "I can't", false],
  ['won', 'it won’t', false],
  ['hell', "he'll", false],
  ['ill', "I'll", false],
  ['t', "isn't", false],
  ['s', "love's", false],
  ["love's", 'love', false],
  ['brien', "O'Brien", false],
  ["o'brien", 'O’BRIEN', true],
  ['amour', 'l’amour', true],
  ['amore', "dell'amore", true],
  ['aujourd', "aujourd'hui", false],
  ['love', "'love'", true],
  ['love', '‘love’', true],
  ['workers', "the workers' room", true],
  ["rock'n'roll", "Rock'n'Roll!", true],
  // numbers and the names of languages
  ['3.5', 'version 3.5 is out', true],
  ['3.5', '3, 5', false],
  ['3.5', '3.5.', true],
  ['5', '3.5', false],
  ['10.0.0.1', 'host 10.0.0.1 is down', true],
  ['c++', 'C++ is fun', true],
  ['c++', 'vitamin C', false],
  ['c', 'C++ or C#', false],
  ['c#', 'we like C#.', true],
  ['c#', 'a C', false],
  ['love', 'love++', true],
  ['alice', 'alice++', true],
  // hashtags
  ['#love', 'all you need is #love', true],
  ['#love', 'all you need is love', false],
  ['love', '#love', true],
  ['love', '#loveisland', false],
  ['#new york', '#New York', true],
  ['42', 'issue #42', true],
  // scripts without spaces
  ['東京', '東京都に行く', true],
  ['京都', '東京都に行く', false],
  ['火事', '火事です!', true],
  ['故障', '服务器故障了', true],
  ['爱', '我爱你中国', true],
  ['我爱', '我爱你中国', true],
  ['生命', '研究生命起源', true],
  ['サーバー', '本番サーバーが落ちました', true],
  ['ｻｰﾊﾞｰ', 'サーバー', true],
  ['金曜日', '今日は金曜日だ', true],
  ['深圳 deploy', '深圳deploy失败', true],
  ['失败', '深圳deploy失败', true],
  ['京 東', '東京 東京', false],
  ['รัก', 'ฉันรักคุณ', true],
  ['กา', 'กาแฟ', false],
  ['서울', '서울에 갑니다', true],
  ['울에', '서울에 갑니다', false],
  // full-width and invisible characters
  ['love', 'ＬＯＶＥ', true],
  ['love', 'lo\u00adve', true],
  ['love', '\u200blove', true],
  // accents
  ['coração', 'meu CORAÇÃO', true],
  ['coração', 'meu coracao', true],
  ['coração'.normalize('NFD'), 'coração', true],
  ['coração', 'coração'.normalize('NFD'), true],
  ['coracao', 'coração', true],
  ['müde', 'MÜDE', true],
  ['groß', 'GROSS', true],
  ['smørbrød', 'smorbrod', true],
  ['łódź', 'lodz', true],
  ['ΛΌΓΟΣ', 'λογος', true],
  ['istanbul', 'İSTANBUL', true],
  ['हिन्दी', 'हिन्दी', true],
  ['हिन्दी', 'हन्द', false],
  // emoji
  [':fire:', 'this is :fire:', true],
  [':fire:', ':FIRE:!', true],
  [':fire:', 'fire', false],
  [':fire:', ':fire_engine:', false],
  [':skin-tone-3:', ':wave::skin-tone-3:', true],
  [':+1:', 'a :+1:', true],
  ['fire', ':fire:', true],
  [':fire:', 'this is 🔥', true],
  ['🔥', 'this is :fire:', true],
  ['fire', '🔥', false],
  ['so 🔥', 'so :fire:', true],
  ['so :fire:', 'so 🔥!', true],
  [':+1:', '👍🏽', true],
  ['👍', ':+1::skin-tone-4:', true],
  ['👍🏽', ':thumbsup:', true],
  [':de:', '🇩🇪', true],
  ['🇩🇪', '🇩🇪🇫🇷', true],
  ['🇪🇫', '🇩🇪🇫🇷', false],
  [':one:', '1️⃣', true],
  ['👨‍👩‍👧', 'family 👨‍👩‍👧', true],
  ['👩', 'family 👨‍👩‍👧', false],
  [':shipit:', 'go :shipit:', true],
  ['shipit', 'go :shipit:', true],
  ['30', 'at 12:30:45', true],
  ['🔥', 'so🔥🔥', true],
  ['❤️', 'I ❤ it', true],
  // addresses and mentions
  ['work', 'https://work.example/work', false],
  ['work', '<https://work.example/work>', false],
  ['work', '<http://work.example|work.example>', false],
  ['work', '<http://a.example|my work>', true],
  ['work', 'see <#C1|work>', false],
  ['work', '<!subteam^S1|@work>', false],
  ['u1', '<@U1>', false],
  ['amp', 'a &amp; b', false],
  ['work', 'a&lt;work&gt;b', true],
];
for (const [trigger, text, found] of cases) {
  test(`${trigger} is ${found ? '' : 'not '}in ${JSON.stringify(text)}`, () => {
    assert.equal(heard([trigger], text), found ? trigger : null);
  });
}

test('of triggers that differ in accents, the exact one answers; plain letters match either', () => {
  const packs = [packOf(['avó'], 'a'), packOf(['avô'], 'b'), packOf(['avo'], 'c')];
  const found = (text: string, random: number) =>
    createReplies({ packs, now: () => 0, random: () => random }).answer({ team: 'T1', text, channel: 'C1' })?.text;
  for (const random of [0, 0.5, 0.99]) {
    assert.equal(found('a AVÓ', random), 'avó!');
    assert.equal(found('o avô', random), 'avô!');
    assert.equal(found('avo', random), 'avo!');
  }
  const [first, , third] = [0, 0.5, 0.99].map((random) => found('avõ', random));
  assert.deepEqual([first, third], ['avó!', 'avo!']);
});

test('an exact trigger of a pack for other channels does not hide other triggers', () => {
  const packs = [packOf(['avó'], 'a', { channels: ['family'] }), packOf(['avo'], 'c')];
  const replies = createReplies({ packs, now: () => 0, random: () => 0 });
  assert.equal(replies.answer({ team: 'T1', text: 'avó', channel: 'C1' })?.text, 'avo!');
});

const triggers = ['love', 'new york', 'self-esteem', 'coração', 'müde', 'x1', 'über-cool idea', ':fire:', 'naïve'];
const fillers = ['lovely', 'york', 'new', 'esteem', 'idea', 'glove', 'firefly', 'cor', 'x', '1', 'ação', 'tea', 'é'];
const signs = [
  ' ',
  '. ',
  ', ',
  '! ',
  '\n',
  ' - ',
  '… ',
  '"',
  '(',
  ') ',
  ' * ',
  '_ ',
  '/',
  '¿',
  ' 👍 ',
  '\u00a0',
  ' & ',
];

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Returns the same word in other case, in other Unicode forms, with or without accents, with spaces for hyphens. */
function disguise(written: string, random: () => number): string {
  const forms: ((text: string) => string)[] = [
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => [...text].map((letter) => (random() < 0.5 ? letter.toUpperCase() : letter)).join(''),
    (text) => text.normalize('NFD'),
    (text) => text.normalize('NFD').replace(/\p{M}/gu, ''),
    (text) => text.replaceAll('-', ' '),
    (text) => text.replaceAll(' ', pick([' - ', '\n', '_', '  '], random)),
  ];
  return pick(forms, random)(pick(forms, random)(written));
}

test('a trigger is found anywhere, in any case, form and punctuation; without one there is no answer', () => {
  const generator = new Random(20260102);
  const random = () => generator.next();
  const sentence = () => {
    const words = Array.from({ length: Math.floor(random() * 8) }, () => pick(fillers, random));
    // "new" followed by "york" would be a trigger.
    return words
      .filter((word, at) => !(word === 'york' && words[at - 1] === 'new'))
      .map((word) => word + pick(signs, random));
  };
  for (let round = 0; round < 3000; round++) {
    const [before, after] = [sentence(), sentence()];
    const trigger = pick(triggers, random);
    const text = [...before, pick(signs, random), disguise(trigger, random), pick(signs, random), ...after].join('');
    assert.equal(heard([trigger], text), trigger, JSON.stringify(text));
    const without = before.filter((word) => !word.startsWith('new')).join('');
    assert.equal(heard(triggers, without), null, JSON.stringify(without));
  }
});

test('the number of triggers does not affect the time of a search', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => `trigger${n} word`);
  const replies = createReplies({ packs: [packOf(many)], now: () => 0, random: () => 0 });
  const text = 'nothing to hear in here '.repeat(100);
  const cpuMs = cpuClock();
  for (let n = 0; n < 500; n++) assert.equal(replies.answer({ team: 'T1', text, channel: 'C1' }), null);
  assert.ok(cpuMs() < 5_000, `${cpuMs()} ms`);
  assert.equal(
    replies.answer({ team: 'T1', text: `${text} trigger777 word`, channel: 'C1' })?.text,
    'trigger777 word!',
  );
});
