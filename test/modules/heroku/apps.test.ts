import assert from 'node:assert/strict';
import { it } from 'node:test';
import { watchedApps } from '../../../src/modules/heroku/apps.ts';

it('the apps are those of the settings and of WATCH_DIR; for an app that both name, the file counts', () => {
  const settings = { MONITORED_APP_NAME: 'shop , blog', SLACK_CHANNEL: '#heroku', CHECK_INTERVAL_MINUTES: 5 };
  const file = { place: 'watch/a.yaml, app', everyMs: 60_000, notify: null, fix: null };
  const files = [
    { ...file, app: 'blog', channel: '#blog', severity: 'info' as const },
    { ...file, app: 'cart', channel: null, severity: null, notify: '@oncall', fix: 'restart-dynos' },
  ];
  assert.deepEqual(watchedApps(settings, files), [
    { app: 'shop', everyMs: 300_000, channel: '#heroku', severity: null, notify: null, fix: null },
    { app: 'blog', everyMs: 60_000, channel: '#blog', severity: 'info', notify: null, fix: null },
    { app: 'cart', everyMs: 60_000, channel: '#heroku', severity: null, notify: '@oncall', fix: 'restart-dynos' },
  ]);
  assert.deepEqual(watchedApps({ CHECK_INTERVAL_MINUTES: 5 }, []), []);
});
