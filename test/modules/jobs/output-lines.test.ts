import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { longestLine } from '../../../src/domain/job.ts';
import { createOutputLines } from '../../../src/modules/jobs/output-lines.ts';
import { createSecretsOf } from '../../../src/modules/jobs/secrets-of.ts';
import { job } from '../../support/jobs.ts';
import { definition } from './definition.ts';

const pem = '-----BEGIN KEY-----\nMIIEvAIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----';

function setUp(secrets: Record<string, string>) {
  const reads = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, () => value]));
  const definitions = new Map([['greet', definition({ secrets: reads })]]);
  const hide = createSecretsOf(() => definitions).hiderOf(job({ name: 'greet', secrets: Object.keys(secrets) }));
  const stored: string[] = [];
  const cursors: string[] = [];
  const store = {
    async addOutput(_id: string, lines: readonly { text: string }[], cursor: string | null) {
      stored.push(...lines.map(({ text }) => text));
      cursors.push(cursor ?? '');
      return 0;
    },
  };
  return { stored, cursors, output: createOutputLines({ store, id: 'x', cursor: null, now: () => 0, hide }) };
}

describe('secrets in the output of a job', () => {
  it('each line of a secret of several lines is hidden', async () => {
    const { stored, output } = setUp({ KEY: pem });
    await output.write(`key:\n${pem}\ndone\n`, '1');
    assert.deepEqual(stored, ['key:', '***', '***', '***', '***', 'done']);
  });

  it('a secret that begins like another one is hidden whole', async () => {
    const { stored, output } = setUp({ SHORT: 'hunter2', LONG: 'hunter2-and-more' });
    await output.write('hunter2-and-more hunter2\n', '1');
    assert.deepEqual(stored, ['*** ***']);
  });

  it('a secret at the place where a long line is cut is hidden, wherever the pieces of output end', async () => {
    for (const step of [1_000, longestLine, longestLine + 8, 40_000]) {
      const { stored, output } = setUp({ KEY: 'hunter2hunter2' });
      const text = `${'x'.repeat(longestLine - 7)}hunter2hunter2${'y'.repeat(2 * longestLine - 14)}hunter2hunter2 end`;
      for (let at = 0; at < text.length; at += step) await output.write(text.slice(at, at + step), String(at));
      await output.end();
      const all = stored.join('');
      assert.match(all, /^x+\*\*\*y+\*\*\* end$/, `in steps of ${step}`);
    }
  });

  it('the cursor, which is stored, has no secret of a line that goes on', async () => {
    const { cursors, output } = setUp({ KEY: 'hunter2hunter2' });
    await output.write('key hunter2hunter2', '1');
    assert.deepEqual(cursors, ['{"at":"1","rest":"key ***"}']);
  });

  it('the value of an argument whose name looks secret is hidden, and other arguments are not', () => {
    const given = { API_KEY: 'hunter2hunter2', NAME: 'Daniela' };
    const hide = createSecretsOf(() => new Map()).hiderOf(job({ name: null, secrets: [], arguments: given }));
    assert.equal(hide('Daniela hunter2hunter2'), 'Daniela ***');
  });
});
