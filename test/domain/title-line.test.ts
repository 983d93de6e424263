import assert from 'node:assert/strict';
import { test } from 'node:test';
import { titleLine } from '../../src/domain/title-line.ts';

test('a title is one bold line, and a blank title is empty', () => {
  assert.deepEqual(
    [undefined, '', ' \n\t', 'Backup', '\nBackup\nfailed ', 'a*b'].map((title) => titleLine(title)),
    ['', '', '', '*Backup*', '*Backup failed*', 'a*b'],
  );
  assert.equal(titleLine('Backup\nfailed', false), 'Backup failed');
});
