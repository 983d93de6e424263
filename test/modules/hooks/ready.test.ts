import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Made } from '../../../src/modules/hooks/hook.ts';
import { loadHooks } from '../../../src/modules/hooks/load.ts';
import { ready } from '../../../src/modules/hooks/ready.ts';

const recipes = new Map(
  await Promise.all(
    Object.keys(ready).map(async (name) => {
      const text = `hooks: [{ name: ${name}, channel: '#ops', template: ${name} }]`;
      const hooks = await loadHooks(text, 'h.yaml');
      return [name, hooks[0]?.make] as const;
    }),
  ),
);

function make(name: string, body: object, headers: Record<string, string> = {}): Made {
  const recipe = recipes.get(name);
  assert.ok(recipe, name);
  return recipe({ body, headers, query: {} });
}

const text = (made: Made) => (made.kind === 'message' ? made.text : JSON.stringify(made));
const brief = (made: Made) =>
  made.kind === 'incident' ? [made.status, made.key, made.title, made.severity] : [made.kind];

// The fields are those of the senders' documentation: docs.github.com/webhooks, docs.gitlab.com/user/project/integrations/webhook_events,
// docs.sentry.io/organization/integrations/integration-platform/webhooks, uptimerobot.com/help/web-hooks, support.atlassian.com/statuspage.
test('github: pushes, pull requests, issues, releases, and a failed workflow of the default branch', () => {
  const repository = { full_name: 'acme/shop', default_branch: 'main' };
  const github = (event: string, body: object) => make('github', { repository, ...body }, { 'x-github-event': event });
  const commits = [
    { message: 'Fix <b>\n\nlong', author: { name: 'Ada' } },
    { message: 'Two', author: { name: 'Grace' } },
  ];
  assert.equal(
    text(github('push', { ref: 'refs/heads/main', compare: 'https://g/c', pusher: { name: 'ada' }, commits })),
    'ada pushed <https://g/c|2 commits> to `main` of acme/shop\n• Fix &lt;b&gt; (Ada)\n• Two (Grace)',
  );
  const request = { html_url: 'https://g/1', title: 'Cart', merged: true };
  const sender = { login: 'ada' };
  assert.equal(
    text(github('pull_request', { action: 'closed', number: 1, sender, pull_request: request })),
    'ada merged <https://g/1|#1 Cart> in acme/shop',
  );
  assert.equal(
    text(github('pull_request', { action: 'opened', number: 1, sender, pull_request: { ...request, merged: false } })),
    'ada opened <https://g/1|#1 Cart> in acme/shop',
  );
  assert.equal(
    text(github('issues', { action: 'closed', sender, issue: { html_url: 'https://g/2', number: 2, title: 'Bug' } })),
    'ada closed <https://g/2|#2 Bug> in acme/shop',
  );
  assert.equal(
    text(github('release', { action: 'published', sender, release: { html_url: 'https://g/3', tag_name: 'v1' } })),
    'ada published <https://g/3|v1> of acme/shop',
  );
  assert.equal(
    text(github('push', { ref: 'refs/tags/v1', compare: 'https://g/t', pusher: { name: 'ada' }, commits: [] })),
    'ada pushed the tag <https://g/t|v1> of acme/shop',
  );
  for (const [event, body] of [
    ['ping', { zen: 'x' }],
    ['pull_request', { action: 'labeled', pull_request: request }],
    ['star', { action: 'created' }],
  ] as const) {
    assert.equal(github(event, body).kind, 'nothing', event);
  }
  const run = (conclusion: string, head_branch = 'main') =>
    github('workflow_run', {
      action: 'completed',
      workflow_run: {
        name: 'CI',
        conclusion,
        head_branch,
        html_url: 'https://g/r',
        run_number: 5,
        actor: { login: 'ada' },
      },
    });
  assert.deepEqual(brief(run('failure')), ['firing', 'acme/shop CI', 'CI of acme/shop', 'warning']);
  assert.equal(brief(run('success'))[0], 'resolved');
  assert.equal(run('failure', 'topic').kind, 'nothing');
  for (const other of ['cancelled', 'skipped', 'neutral']) assert.equal(run(other).kind, 'nothing', other);
});

test('gitlab: pushes, merge requests, and a failed pipeline of the default branch', () => {
  const project = { path_with_namespace: 'acme/shop', default_branch: 'main', web_url: 'https://l' };
  const pushed = {
    ...{ object_kind: 'push', ref: 'refs/heads/main', user_name: 'Ada', total_commits_count: 1, project },
    commits: [{ url: 'https://l/c', title: 'Fix', author: { name: 'Ada' } }],
  };
  assert.equal(text(make('gitlab', pushed)), 'Ada pushed 1 commit to `main` of acme/shop\n• <https://l/c|Fix> (Ada)');
  const merge = { action: 'merge', url: 'https://l/m', iid: 3, title: 'Cart' };
  assert.equal(
    text(make('gitlab', { object_kind: 'merge_request', user: { name: 'Ada' }, project, object_attributes: merge })),
    'Ada: merge <https://l/m|!3 Cart> in acme/shop',
  );
  const pipeline = (status: string, ref = 'main') =>
    make('gitlab', {
      ...{ object_kind: 'pipeline', project, user: { name: 'Ada' }, commit: { title: 'Fix' } },
      object_attributes: { id: 9, status, ref, url: 'https://l/p' },
    });
  assert.deepEqual(brief(pipeline('failed')), ['firing', 'acme/shop main', 'Pipeline of acme/shop', 'warning']);
  assert.equal(brief(pipeline('success'))[0], 'resolved');
  assert.equal(pipeline('running').kind, 'nothing');
  assert.equal(pipeline('failed', 'topic').kind, 'nothing');
});

test('sentry: issues begin and end, alerts of events are messages', () => {
  const issue = {
    id: '7',
    title: 'TypeError: x',
    culprit: 'app.ts',
    web_url: 'https://s/7',
    level: 'error',
    project: { slug: 'shop' },
  };
  assert.deepEqual(brief(make('sentry', { action: 'created', data: { issue } })), [
    'firing',
    'issue 7',
    'TypeError: x',
    'error',
  ]);
  assert.equal(brief(make('sentry', { action: 'resolved', data: { issue } }))[0], 'resolved');
  assert.equal(make('sentry', { action: 'assigned', data: { issue } }).kind, 'nothing');
  const metric = {
    metric_alert: { id: 4 },
    description_title: 'Critical: errors',
    description_text: '30 events',
    web_url: 'https://s/a',
  };
  assert.deepEqual(brief(make('sentry', { action: 'critical', data: metric })), [
    'firing',
    'alert 4',
    'Critical: errors',
    'critical',
  ]);
  const event = { title: 'KeyError', web_url: 'https://s/e', culprit: 'job' };
  assert.equal(
    text(make('sentry', { action: 'triggered', data: { event, triggered_rule: 'Prod' } })),
    '*KeyError* · Prod\n<https://s/e|job>',
  );
});

test('uptimerobot, healthchecks and statuspage: down and up', () => {
  const robot = { monitorID: '1', monitorFriendlyName: 'shop', monitorURL: 'https://shop', alertDetails: 'HTTP 500' };
  const down = make('uptimerobot', { ...robot, alertType: '1', alertTypeFriendlyName: 'Down' });
  assert.deepEqual(brief(down), ['firing', '1', 'shop is down', 'critical']);
  assert.equal(brief(make('uptimerobot', { ...robot, alertType: '2', alertTypeFriendlyName: 'Up' }))[0], 'resolved');
  const expiry = make('uptimerobot', { ...robot, alertType: '3', alertTypeFriendlyName: 'SSL expiry' });
  assert.equal(text(expiry), 'shop: SSL expiry, HTTP 500');

  const check = { check: 'backup', code: 'c-1', tags: 'prod', text: 'late' };
  assert.deepEqual(brief(make('healthchecks', { ...check, status: 'down' })), [
    'firing',
    'c-1',
    'backup is down',
    'error',
  ]);
  assert.equal(brief(make('healthchecks', { ...check, status: 'up' }))[0], 'resolved');

  const incident = (status: string) => ({
    incident: {
      id: 'i1',
      name: 'API slow',
      status,
      impact: 'major',
      shortlink: 'https://p/i1',
      incident_updates: [{ body: 'we look' }],
    },
  });
  assert.deepEqual(brief(make('statuspage', incident('investigating'))), ['firing', 'i1', 'API slow', 'error']);
  assert.equal(brief(make('statuspage', incident('resolved')))[0], 'resolved');
  const component = {
    component: { name: 'API' },
    component_update: { old_status: 'operational', new_status: 'major_outage' },
  };
  assert.equal(text(make('statuspage', component)), 'API: operational → major outage');
});

test('an empty body is of no interest to any ready template', () => {
  for (const name of Object.keys(ready)) {
    for (const body of [{}, [], 'text', null, 7])
      assert.equal(make(name, body as object).kind, 'nothing', `${name} ${body}`);
  }
});
