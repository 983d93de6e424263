import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Content } from '../../src/domain/delivery.ts';
import { createDigest } from '../../src/outbox/digest.ts';

function summarizeContents(contents: readonly Content[], maxCharacters?: number) {
  const digest = createDigest();
  for (const content of contents) digest.add(content);
  return digest.summary(maxCharacters);
}
const summarize = (texts: readonly string[], maxCharacters?: number) =>
  summarizeContents(
    texts.map((text) => ({ text })),
    maxCharacters,
  );

const cases: [title: string, texts: string[], text: string][] = [
  [
    'the common part of host names is written once, before the list',
    ['host web3 is down', 'host web1 is down', 'host web7 is down', 'host web2 is down'],
    'host web{1,2,3,7} is down',
  ],
  ['a text that occurs many times is shown once', ['disk full', 'disk full'], 'disk full'],
  ['numbers are sorted as numbers', ['job 10 failed', 'job 9 failed', 'job 100 failed'], 'job {9,10,100} failed'],
  ['a common part never ends within a number', ['disk 19 %', 'disk 15 %'], 'disk {15,19} %'],
  ['leading zeros are kept', ['web01 down', 'web02 down'], 'web{01,02} down'],
  [
    'a domain is one value',
    ['web-1.example.com is down', 'web-2.example.com is down'],
    'web-{1,2}.example.com is down',
  ],
  [
    'an IP address is split only between its numbers',
    ['10.0.0.1:80 refused', '10.0.0.12:80 refused'],
    '10.0.0.{1,12}:80 refused',
  ],
  [
    'UUIDs are one value',
    ['order 0c9f3d56-7d0a-4c5e-9a55-111111111111', 'order 9a8b7c6d-7d0a-4c5e-9a55-222222222222'],
    'order {0c9f3d56-7d0a-4c5e-9a55-111111111111,9a8b7c6d-7d0a-4c5e-9a55-222222222222}',
  ],
  [
    'each place that differs has a list of its own',
    ['web1 slow: 3.5 s', 'web2 slow: 12.7 s'],
    'web{1,2} slow: {3.5,12.7} s',
  ],
  [
    'links and mentions are never split',
    ['see <https://a.example/1|one>', 'see <https://a.example/2|one>'],
    'see {<https://a.example/1|one>,<https://a.example/2|one>}',
  ],
  ['Unicode letters and emoji are never split', ['größe 1 👩‍💻', 'größe 2 👩‍💻'], 'größe {1,2} 👩‍💻'],
  [
    'a text of another form is shown on another line',
    ['all fine again', 'web1 down', 'web2 down'],
    'all fine again\nalso: web{1,2} down',
  ],
  ['empty texts have an empty summary', ['', ''], ''],
];

for (const [title, texts, expected] of cases) {
  test(title, () => assert.equal(summarize(texts).text, expected));
}

test('the distinct values are listed up to 2,000 characters, and the rest is counted', () => {
  const texts = Array.from({ length: 5_000 }, (_, n) => `host web${n} is down`);
  const { text, different } = summarize(texts);
  assert.equal(different, 5_000);
  assert.ok(text.length > 1_800 && text.length < 2_100, `${text.length}`);
  assert.match(text, /^host web\{0,1,2,3,.*,… \d+ more\} is down$/);
  const listed = (text.match(/\d+/g) ?? []).length - 1;
  assert.match(text, new RegExp(`… ${5_000 - listed} more`));
});

test('a short list is shown completely beside a long one', () => {
  const texts = Array.from({ length: 1_000 }, (_, n) => `web${n % 3} down at ${100_000 + n}`);
  assert.match(summarize(texts).text, /^web\{0,1,2\} down at \{100000,.* more\}$/);
});

test('the summary is never longer than its limit, whatever the texts are', () => {
  const texts = Array.from({ length: 300 }, (_, n) => `${'a1 '.repeat(n % 40)}x${n}`);
  for (const most of [200, 1_000, 3_900]) assert.ok(summarize(texts, most).text.length <= most);
});

test('titles are summarized like texts, and a difference in the title alone is shown', () => {
  const contents = [
    { title: 'web1', text: 'is down' },
    { title: 'web2', text: 'is down' },
  ];
  assert.deepEqual(summarizeContents(contents), { title: 'web{1,2}', text: 'is down', different: 2 });
  assert.deepEqual(summarizeContents([{ text: 'down' }, { text: 'down' }]), { text: 'down', different: 1 });
});

test('the summary of titles is one line with words, or there is none, for any number and order of titles', () => {
  const cases: [titles: (string | undefined)[], title: string | undefined][] = [
    [[undefined, undefined, 'Backup'], 'Backup'],
    [['', 'Backup', ''], 'Backup'],
    [['  \n', 'Backup\nof web1', undefined, 'Backup of web2'], 'Backup of web{1,2}'],
    [['Backup', undefined], 'Backup'],
    [['Backup', 'Nightly backup'], 'Backup; also: Nightly backup'],
    [
      [undefined, 'a', 'a b', 'a b c', 'a b c d', 'a b c d e'],
      'a; also: a b; also: a b c; also: a b c d; … and 1 of other forms',
    ],
    [[undefined, '', ' \n '], undefined],
  ];
  for (const [titles, title] of cases) {
    const contents = titles.map((each, job) => ({
      ...(each !== undefined && { title: each }),
      text: `job ${job} failed`,
    }));
    assert.equal(summarizeContents(contents).title, title);
  }
});

test('a message without text adds no empty line to the others', () => {
  const contents = [{ title: 'Backup', text: '' }, { text: 'job 1 failed' }, { text: '' }];
  assert.deepEqual(summarizeContents(contents), { title: 'Backup', text: 'job 1 failed', different: 3 });
});

test('a message that is added after a summary is part of the next summary', () => {
  const digest = createDigest();
  digest.add({ text: 'web1 is down' });
  digest.add({ text: 'web3 is down' });
  assert.equal(digest.summary(500).text, 'web{1,3} is down');
  digest.add({ text: 'web2 is down' });
  assert.deepEqual(digest.summary(500), { text: 'web{1,2,3} is down', different: 3 });
  assert.match(digest.summary(18).text, /… 3 more/);
});
