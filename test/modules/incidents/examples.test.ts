import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { auditKeptMs } from '../../../src/domain/audit.ts';
import { longestSilenceMs } from '../../../src/modules/incidents/acts.ts';
import { listed } from '../../../src/modules/incidents/facts.ts';
import { flapping } from '../../../src/modules/incidents/lifecycle.ts';
import { longestWindowMs } from '../../../src/modules/incidents/maintenance.ts';
import { ultronex } from '../../cli/support.ts';
import { password, said, settled } from '../../http/support.ts';
import { startHooks } from '../hooks/support.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/incidents.md'), 'utf8');
const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text.trim());
const lines = (kind: string) => blocks(kind).flatMap((text) => text.split('\n'));

const files = Object.fromEntries(blocks('yaml').map((text, at) => [`${at}.yaml`, text]));
const { api, dataDir } = await startHooks({ after }, files);

/** The words of a line as a shell would read them: blanks separate, single quotes hold together. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

async function curl(words: string[]): Promise<{ status: number; text: string }> {
  const headers: Record<string, string> = {};
  let [method, url, body]: (string | undefined)[] = [];
  for (let at = 1; at < words.length; at += 1) {
    const [word = '', next = ''] = [words[at], words[at + 1]];
    if (!word.startsWith('-')) url = word;
    else at += 1;
    if (word === '-H') headers[next.split(': ')[0] ?? ''] = next.split(': ')[1] ?? '';
    if (word === '-u')
      headers.authorization = `Basic ${Buffer.from(next.replace('PASSWORD', password)).toString('base64')}`;
    if (word === '-d') body = next;
    if (word === '-X') method = next;
  }
  const address = (url ?? '').replace('https://bot.example.com', api.origin);
  const response = await fetch(address, { method: method ?? (body === undefined ? 'GET' : 'POST'), headers, body });
  return { status: response.status, text: await response.text() };
}

const isReport = (line: string) => line.includes('/hooks/');
const reports = lines('sh').filter(isReport);

test('the reports of docs/incidents.md open incidents #1 and #2, and the hook mentions people', async () => {
  assert.equal(reports.length, 2);
  for (const line of reports) {
    const { status, text } = await curl(wordsOf(line));
    assert.equal(status, 200, text);
    assert.equal(JSON.parse(text).msg, 'A new card is on its way.');
    await settled(api, JSON.parse(text).id);
  }
  const { body } = await api.call('GET', '/incidents');
  assert.deepEqual(
    body.incidents.map(({ number, title }: { number: number; title: string }) => [number, title]),
    [
      [2, 'Sensor 7 is wet'],
      [1, 'DiskFull'],
    ],
  );
  assert.ok((await api.call('GET', '/messages')).body.messages.some(({ text = '' }) => text.startsWith('<!here> ')));
  assert.equal((await said(api)).filter(({ threadTs }) => threadTs === null).length, 2, 'two cards');
});

test('the commands of docs/incidents.md work, in their order', async () => {
  const replies: string[] = [];
  for (const command of lines('text')) {
    const { status, body } = await api.call('POST', '/simulator/commands', {
      ...{ channel: 'ops', user: 'U1', text: `/ultronex ${command}` },
    });
    assert.equal(status, 200, command);
    replies.push(body.reply);
  }
  const expected = [
    /^• #2 .*\n• #1 |^• #1 .*\n• #2 /,
    /^#2 is acknowledged/,
    /^#2 is silenced for 2h\.$/,
    /^#2 is silenced no more\.$/,
    /^#2 is silenced until it is solved\.$/,
    /^I remind nobody of #2 any more\.$/,
    /^Maintenance for 2h/,
    /^The maintenance window is over\.$/,
    /^#2 is resolved\./,
  ];
  assert.equal(replies.length, expected.length);
  for (const [at, pattern] of expected.entries()) assert.match(replies[at] ?? '', pattern);
});

test('the requests and commands of a shell in docs/incidents.md work, in their order', async () => {
  const rest = lines('sh').filter((line) => !isReport(line));
  assert.equal(rest.length, 10);
  for (const line of rest) {
    const [program, ...words] = wordsOf(line);
    if (program === 'ultronex') {
      const env = { PORT: new URL(api.origin).port, BASIC_AUTH_PASSWORD: password, DATA_DIR: dataDir };
      const { code, out, err } = await ultronex(words, env);
      assert.equal(code, 0, `${line}: ${err}`);
      assert.match(out, /^# Incident #1: DiskFull\n/);
      continue;
    }
    const { status, text } = await curl([program ?? '', ...words]);
    assert.ok(status < 300, `${line}: ${status} ${text}`);
    if (line.includes('text/markdown')) assert.match(text, /^# Incident #1: DiskFull\n/);
  }
  assert.equal((await api.call('POST', '/incidents/1/ack')).status, 409);
  assert.equal((await api.call('POST', '/incidents/99/ack')).status, 404);
});

test('an incident is resolved without a body', async () => {
  const [, report = ''] = reports;
  await curl(wordsOf(report.replace('"id": 7', '"id": 8')));
  const { status, body } = await curl([
    'curl',
    '-u',
    'ultronex:PASSWORD',
    '-X',
    'POST',
    `${api.base}/incidents/3/resolve`,
  ]).then(({ status, text }) => ({ status, body: JSON.parse(text) }));
  assert.deepEqual([status, body.incident?.state], [200, 'resolved']);
});

test('the numbers of docs/incidents.md are those of the code', () => {
  const day = 86_400_000;
  const constant = (file: string, pattern: RegExp) =>
    pattern.exec(readFileSync(join(root, 'src', file), 'utf8'))?.slice(1) ?? [];
  const [first, last] = constant('stores/common/incident-rows.ts', /keptEntries = \{ first: (\d+), last: (\d+) \}/);
  const [windows] = constant('modules/incidents/maintenance.ts', /mostWindows = (\d+)/);
  const [silences] = constant('modules/incidents/facts.ts', /silences: (\d+)/);
  const [context] = constant('modules/incidents/module.ts', /contextAfterMs = (\d+)_000/);
  const [followUp] = constant('modules/incidents/due.ts', /followUpMs = (\d+) \* 3_600_000/);
  const words: Record<string, string> = { 10: 'ten' };
  const sentences = [
    `deleted ${auditKeptMs / day} days after its end`,
    `its first ${first} and its last ${last} entries`,
    `is ${longestWindowMs / day} days\nat most, and there are at most ${windows}`,
    `for that time, ${longestSilenceMs / day} days at most`,
    `lists up to ${words[listed]} alerts`,
    `for up to ${words[silences ?? '']}\nalerts`,
    `${context} seconds after the beginning`,
    `After ${followUp} hours I ask you once`,
    `more than ${flapping.most} changes in ${flapping.withinMs / 60_000} minutes`,
    `at most ${flapping.least} changes`,
  ];
  const flat = page.replace(/\s+/g, ' ');
  for (const sentence of sentences) assert.ok(flat.includes(sentence.replace(/\s+/g, ' ')), sentence);
});
