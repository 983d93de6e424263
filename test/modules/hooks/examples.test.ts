import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { loadHooks } from '../../../src/modules/hooks/load.ts';
import { ultronex } from '../../cli/support.ts';
import { startHooks } from './support.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/hooks.md'), 'utf8');
const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

const files = Object.fromEntries(blocks('yaml').map((text, at) => [`${at}.yaml`, text]));
const site = await startHooks({ after }, files);
const tools = spawnSync('bash', ['-c', 'command -v curl openssl']).status === 0;

test('the files of docs/hooks.md and the sample are right', async () => {
  assert.ok(Object.keys(files).length >= 3);
  for (const [name, text] of Object.entries(files)) assert.ok((await loadHooks(text, name)).length > 0);
  const sample = readFileSync(join(root, 'hooks/example.yaml.sample'), 'utf8').replace(
    'file:/run/secrets/deploys',
    'a long secret',
  );
  assert.equal((await loadHooks(sample, 'sample')).length, 1);
});

test('the commands of docs/hooks.md print what they should', async () => {
  const env = { HOOKS_DIR: site.dir };
  const lines = blocks('sh').flatMap((text) => text.trim().split('\n'));
  const tests = lines.flatMap((line) => /^echo '(.*)' \| ultronex hooks test (.*)$/.exec(line) ?? []);
  assert.equal(tests.length, 6, 'two lines');
  for (let at = 0; at < tests.length; at += 3) {
    const words = [...(tests[at + 2] ?? '').matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    );
    const { code, out, err } = await ultronex(['hooks', 'test', ...words], env, tests[at + 1]);
    assert.equal(code, 0, err);
    assert.match(
      out,
      /^A message in #general:\n(deployed shop by nobody|ada published <https:\/\/github\.com\/acme\/shop\/releases\/v1\|v1> of acme\/shop)$/,
    );
  }
  assert.match((await ultronex(['hooks', 'check'], env)).out, /^3 hooks, no problem: deploys, sensor, github\.$/);
});

test('the requests of docs/hooks.md are taken', async (t) => {
  if (!tools) {
    // The README's tests need Node only; CI has both.
    assert.notEqual(process.env.CI, 'true', 'curl and openssl are missing');
    return t.skip('curl or openssl is missing');
  }
  for (const text of blocks('sh').filter((each) => each.includes('curl'))) {
    const script = text.replaceAll('https://bot.example.com', site.api.origin).replaceAll('curl ', 'curl -sSf ');
    // The server is in this process, so it must not be blocked.
    await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { timeout: 60_000 });
  }
  const { body } = await site.api.call('GET', '/messages');
  const shown = body.messages.map(({ text }: { text: string }) => text.split('\n')[0]);
  assert.ok(shown.includes('@oncall *Sensor 7 is wet*'), 'the mention in the thread');
  // The end of the incident is told in its thread if the card is in Slack by then.
  const others = shown.filter((text: string) => !text.startsWith('@oncall') && !text.startsWith('Resolved'));
  assert.equal(others.length, 2);
  assert.equal(others[1], 'deployed shop by Ada');
  assert.match(others[0], /^:(warning|white_check_mark): \*Sensor 7 is wet\*/);
});
