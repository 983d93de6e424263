import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asked, CommandTools } from '../../../src/commands/index.ts';
import { createHerokuCommand, createHerokuPerformers } from '../../../src/modules/heroku/commands.ts';
import type { AppStatus } from '../../../src/modules/heroku/types.ts';
import { anApp, stubApps, unread } from './an-app.ts';

const asker = { team: 'T1', user: 'U1', channel: 'C1', isPrivate: true, trace: 't' };

async function say(args: string, apps: readonly AppStatus[] = [anApp()], left: number | null = null) {
  const stub = stubApps(apps, left);
  const { reply, effects = [] } = await createHerokuCommand(stub).run({ args } as Asked, {} as CommandTools);
  const performers = createHerokuPerformers(stub);
  const outcomes = effects.map(({ name, argument }) => performers[name]?.(argument, asker));
  return [reply, ...(await Promise.all(outcomes))].filter((part) => part !== '').join('\n');
}

test('heroku lists the watched apps as they were read last, and the requests that are left', async () => {
  assert.equal(
    await say('', [anApp(), unread('blog')], 4_321),
    [
      ':red_circle: *shop*: 2 of 3 up, web.2 crashed; v45 failed',
      ':white_circle: *blog*: not read yet',
      '4321 requests to Heroku’s API are left in this hour.',
    ].join('\n'),
  );
});

test('heroku without a watched app names the settings', async () => {
  assert.match(await say('', []), /^No app is watched\. Set `MONITORED_APP_NAME`/);
});

for (const args of ['shop', ' Shop ', '`shop`', '*shop*']) {
  test(`heroku ${JSON.stringify(args)} reads the app`, async () => {
    assert.match(await say(args), /^:red_circle: \*shop\*: owner ada@example\.com/);
  });
}

test('heroku with an app that Heroku does not know shows why', async () => {
  assert.equal(await say('nowhere'), ':white_circle: *nowhere* was not read yet.\nProblem: There is no app “nowhere”.');
});

test('heroku help explains the command', async () => {
  for (const args of ['help', 'HELP']) assert.match(await say(args), /`heroku &lt;app&gt;` reads an app now/);
});

for (const args of [
  'two words',
  '-shop',
  'a',
  'shop/../x',
  '<!channel>',
  'x'.repeat(31),
  '#ops',
  '<http://shop.com|shop.com>',
]) {
  test(`heroku ${JSON.stringify(args)} reads nothing and names the form of a name`, async () => {
    const reply = await say(args);
    assert.match(reply, /^`.+` is no name of an app on Heroku, such as `my-app`/);
    assert.doesNotMatch(reply, /[<>]/);
  });
}

test('a reading that a crash interrupted is read again: it changes nothing', () => {
  assert.deepEqual(
    Object.values(createHerokuPerformers(stubApps([]))).map(({ repeatable }) => repeatable),
    [true],
  );
});
