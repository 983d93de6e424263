import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOfSlash, textOfSlashLine } from '../../src/domain/slash-command.ts';

test('a slash command stands for a bot command', () => {
  assert.equal(textOfSlash('/ultronex', ' track '), 'track');
  assert.equal(textOfSlash('/heroku-status', ''), 'heroku');
  assert.equal(textOfSlash('/heroku-status', ' shop'), 'heroku shop');
  assert.equal(textOfSlash('/another', 'track'), 'track', 'an app may name its command as it likes');
});

test('a typed line is a command only when it begins with one', () => {
  assert.equal(textOfSlashLine(' /Ultronex forward a\nb'), 'forward a\nb');
  assert.equal(textOfSlashLine('/heroku-status shop'), 'heroku shop');
  assert.equal(textOfSlashLine('/ultronex'), '');
  for (const line of ['track', '/ultronexx track', '/', '', 'see /ultronex']) assert.equal(textOfSlashLine(line), null);
});
