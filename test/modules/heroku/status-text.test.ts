import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appLines, appText, mrkdwn, plain } from '../../../src/modules/heroku/status-text.ts';
import type { AppStatus } from '../../../src/modules/heroku/types.ts';
import { viewOf } from '../../../src/modules/heroku/view.ts';
import { anApp, unread } from './an-app.ts';

const inSlack = (app: AppStatus) => appText(viewOf(app), mrkdwn);
const inTerminal = (app: AppStatus) => appText(viewOf(app), plain);
const lines = (...apps: AppStatus[]) => appLines(apps.map(viewOf), plain).split('\n');

test('an app has owner, region, stack, dynos, formation, its last three releases and its add-ons', () => {
  assert.equal(
    inTerminal(anApp()),
    [
      'shop: owner ada@example.com, region eu, stack heroku-24',
      'Dynos: 2 of 3 up: web.2 crashed, web.1 up, worker.1 up',
      'Formation: web 2 × Standard-1X, worker 1 × Basic',
      'Releases:',
      '• v45 (failed): Deploy 45abc, by ada@example.com, 2026-01-02 03:04 UTC',
      '• v44: Deploy 44abc, 2026-01-02 02:04 UTC',
      '• v43: Deploy 43abc, by ada@example.com, 2026-01-02 01:04 UTC',
      'Add-ons: postgresql-flat-1 (heroku-postgresql:essential-0) provisioned',
      'Read: 2026-01-02 03:04 UTC',
    ].join('\n'),
  );
});

test('in Slack an app has a sign, bold text and times in the time zone of the reader', () => {
  const text = inSlack(anApp());
  assert.match(text, /^:red_circle: \*shop\*: owner ada@example\.com/);
  assert.match(text, /^Read: <!date\^1767323045\^\{date_short_pretty\} \{time\}\|2026-01-02T03:04:05Z>$/m);
  const up = anApp().dynos.filter(({ state }) => state === 'up');
  assert.match(inSlack(anApp({ dynos: up })), /^:large_green_circle: \*shop\*/);
  assert.match(inSlack(anApp({ dynos: up, problem: 'Heroku did not answer.' })), /^:white_circle: \*shop\*/);
});

test('an app without dynos, releases and add-ons says so', () => {
  const text = inTerminal(anApp({ dynos: [], formation: [], releases: [], addons: [] }));
  assert.match(text, /Dynos: none\nFormation: none\nReleases: none\nAdd-ons: none/);
});

test('an app that was never read, and one that could not be read this time, say why', () => {
  assert.equal(
    inTerminal(unread('gone', 'There is no such app.')),
    'gone was not read yet.\nProblem: There is no such app.',
  );
  assert.match(inTerminal(anApp({ problem: 'Heroku answered 503.' })), /\nRead: .*\nProblem: Heroku answered 503\.$/);
  assert.deepEqual(lines(unread('a'), unread('b', 'No.')), ['a: not read yet', 'b: No.']);
});

test('a line of the list has the dynos that are up, those that are not, the release, maintenance and a problem', () => {
  const { info } = anApp();
  const maintained = anApp({
    app: 'blog',
    info: info && { ...info, name: 'blog', maintenance: true },
    problem: 'Slow.',
  });
  assert.deepEqual(lines(anApp(), maintained, anApp({ dynos: [], releases: [] })), [
    'shop: 2 of 3 up, web.2 crashed; v45 failed',
    'blog: 2 of 3 up, web.2 crashed; v45 failed; maintenance mode is on; Slow.',
    'shop: no dynos',
  ]);
});

test('what comes from Heroku calls nobody in Slack, ends no bold text and adds no line', () => {
  const evil = '<!channel> *a* \u202e\nb & c';
  const { info, dynos, releases, addons } = anApp();
  const text = inSlack(
    anApp({
      info: info && { ...info, name: evil, owner: evil, region: evil, stack: evil },
      dynos: dynos.map((each) => ({ ...each, name: evil, state: evil })),
      formation: [{ type: evil, quantity: 1, size: evil }],
      releases: releases.map((each) => ({ ...each, description: evil, by: evil, status: evil })),
      addons: addons.map((each) => ({ ...each, name: evil, plan: evil, state: evil })),
      problem: evil,
    }),
  );
  assert.doesNotMatch(text.replaceAll(/<!date\^[^>]*>/g, ''), /[<>\u202e]/);
  assert.match(text, /^\S+ \*&lt;!channel&gt; ∗a∗ b &amp; c\*: /);
  assert.equal(text.split('\n').length, inSlack(anApp({ problem: 'x' })).split('\n').length);
});

test('a large app and a long list stay within what Slack shows, and the dynos that are down stand first', () => {
  const long = 'x'.repeat(5_000);
  const dynos = Array.from({ length: 500 }, (_, at) => ({
    ...{ name: `web.${at}`, type: 'web', state: at === 499 ? 'crashed' : 'up', updatedAt: null, version: null },
  }));
  const { releases, addons, info } = anApp();
  const app = anApp({
    dynos,
    info: info && { ...info, owner: long },
    formation: Array.from({ length: 100 }, () => ({ type: long, quantity: 1, size: long })),
    releases: releases.map((each) => ({ ...each, description: long })),
    addons: Array.from({ length: 100 }, () => ({ ...addons[0], name: long, service: long, plan: long, state: long })),
  });
  const text = inSlack(app);
  assert.ok(text.length < 12_000, `${text.length} characters`);
  assert.match(text, /Dynos: 499 of 500 up: web\.499 crashed, .*, … and 480 more$/m);
  const list = lines(...Array.from({ length: 100 }, () => app));
  assert.equal(list.at(-1), '… and 60 more');
  assert.ok(list.join('\n').length < 12_000);
});
