import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Rig, startProgram, ultronex } from './support.ts';

describe('ultronex track', () => {
  let rig: Rig;
  before(async () => {
    rig = await startProgram();
  });
  after(() => rig.stop());

  const track = (args: string[], input?: string) => ultronex(['track', ...args], rig.env, input);

  it('adds, lists and removes patterns', async () => {
    assert.equal((await track(['list'])).err, 'No pattern is tracked.');
    const added = await track(['add', 'disk (full|slow)', '--for', 'U123']);
    assert.equal(added.code, 0);
    const again = await track(['add', 'disk (full|slow)', '--for', 'U123']);
    assert.equal(again.out, added.out);

    const { out } = await track(['list']);
    assert.match(out, new RegExp(`^${added.out}  U123 +everywhere +disk \\(full\\|slow\\)$`));
    const json = JSON.parse((await track(['list', '--json'])).out);
    assert.deepEqual([json.length, json[0].id, json[0].channel], [1, added.out, null]);

    const removed = await track(['remove', added.out]);
    assert.deepEqual([removed.code, removed.out], [0, 'Stopped.']);
    const twice = await track(['remove', added.out]);
    assert.equal(twice.code, 1);
    assert.match(twice.err, /answered 404: There is no tracked pattern/);
  });

  it('prints the reason why a pattern is refused', async () => {
    const { code, err } = await track(['add', '([', '--for', 'U123']);
    assert.equal(code, 1);
    assert.match(err, /answered 422: .+/);
  });

  it('test prints the matches, and exits with 1 when there are none', async () => {
    const found = await track(['test', 'f(u|i)ll', 'the disk is full']);
    assert.deepEqual([found.code, found.out], [0, '12-16: full']);
    const piped = await track(['test', 'slow'], 'slow and slow\n');
    assert.equal(piped.out, '0-4: slow\n9-13: slow');
    assert.deepEqual(await track(['test', 'slow', 'fast']), { code: 1, out: '', err: 'No match.' });
    assert.equal((await track(['test', 'slow'])).code, 2);
  });
});
