import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { said, settled, startApi } from '../../http/support.ts';
import { eventually } from '../../support/program.ts';
import { alert, notification, resolved } from './notifications.ts';

const api = await startApi({ after });
const path = '/hooks/alertmanager';
const json = { 'content-type': 'application/json' };
const firing = notification([alert()]);

test('a group is one message in the alert channel, edited when it resolves', async () => {
  const first = await api.call('POST', path, firing);
  assert.equal(first.status, 200);
  assert.deepEqual(Object.keys(first.body), ['msg', 'id']);
  const { state, source, slack, channel } = await settled(api, first.body.id);
  assert.deepEqual([state, source, channel], ['sent', 'incident', '#alerts']);
  const cards = async () =>
    (await said(api)).filter((each) => each.channel === slack.channel && each.threadTs === null);
  assert.match((await cards())[0].text, /^:x: \*DiskFull\*/);

  assert.deepEqual((await api.call('POST', path, firing)).body, { msg: 'Nothing has changed.', id: first.body.id });
  assert.equal((await api.call('POST', path, resolved(firing))).body.id, first.body.id);
  const [card, ...others] = await eventually('the edit', async () => {
    const all = await cards();
    return all[0].edited && all;
  });
  assert.deepEqual([card.ts, others.length], [slack.ts, 0]);
  assert.match(card.text, /^:white_check_mark: .*resolved after 2h 4m/);
  const metrics = await (await fetch(`${api.origin}/metrics`)).text();
  for (const status of ['firing', 'resolved']) {
    assert.match(metrics, new RegExp(`^ultronex_incidents_total\\{status="${status}"\\} 1$`, 'm'));
  }
});

test('the hook requires the login, and Watchdog is not posted', async () => {
  const open = await fetch(api.base + path, { method: 'POST', headers: json, body: JSON.stringify(firing) });
  assert.equal(open.status, 401);
  const watchdog = notification([alert({ labels: { alertname: 'Watchdog' } })], { groupKey: 'watchdog' });
  const { status, body } = await api.call('POST', path, watchdog);
  assert.deepEqual([status, body], [200, { msg: 'A Watchdog is not posted.', id: null }]);
});

test('unknown fields are accepted, and a missing field is refused by name', async () => {
  const [first] = firing.alerts;
  const more = { ...firing, groupKey: 'more', extra: { deep: [1] }, alerts: [{ ...first, valueString: 'x' }] };
  assert.equal((await api.call('POST', path, more)).status, 200);
  const { truncatedAlerts, ...without } = { ...firing, groupKey: 'old Alertmanager' };
  assert.equal((await api.call('POST', path, without)).status, 200);

  const refused = async (body: unknown, field: string, reason?: string) => {
    const answer = await api.call('POST', path, JSON.stringify(body), json);
    assert.deepEqual([answer.status, answer.body.msg], [422, 'Unprocessable request body'], field);
    assert.equal(answer.body.field, field);
    if (reason) assert.equal(answer.body.reason, reason);
  };
  for (const field of Object.keys(firing).filter((name) => name !== 'truncatedAlerts')) {
    await refused({ ...firing, [field]: undefined }, field, `${field} is required`);
  }
  for (const field of Object.keys(first ?? {})) {
    await refused({ ...firing, alerts: [{ ...first, [field]: undefined }] }, `alerts.0.${field}`);
  }
  await refused({ ...firing, version: '3' }, 'version');
  await refused({ ...firing, status: 'pending' }, 'status', 'status must be one of firing, resolved');
  await refused({ ...firing, groupLabels: { a: 1 } }, 'groupLabels.a');
  await refused({ ...firing, alerts: [] }, 'alerts');
  await refused({ ...firing, alerts: [{ ...first, startsAt: 'yesterday' }] }, 'alerts.0.startsAt');
  await refused(null, 'body');
  await refused({ ...firing, groupKey: 'half \ud800' }, 'body');
});

test('no body causes a 500', async () => {
  const [first] = firing.alerts;
  const odd = ['', '\0', '\ufffd', '`*_~<!here>&amp;', 'x'.repeat(20_000), '🙂'.repeat(2_000), 'constructor'];
  const times = ['0001-01-01T00:00:00Z', '2016-12-31T23:59:60Z', '9999-12-31T23:59:59.999999999-23:59'];
  for (const [n, text] of odd.entries()) {
    const labels = { alertname: text, severity: text, [text]: text, hasOwnProperty: text };
    const annotations = { summary: text, description: text, runbook_url: `https://${text}` };
    for (const time of times) {
      const alerts = [{ ...first, labels, annotations, startsAt: time, endsAt: time, status: 'resolved' }];
      for (const common of [{}, labels]) {
        const body = { ...firing, groupKey: `odd ${n}`, commonLabels: common, commonAnnotations: annotations };
        assert.equal((await api.call('POST', path, { ...body, alerts: firing.alerts })).status, 200);
        assert.equal((await api.call('POST', path, { ...body, alerts })).status, 200);
      }
    }
  }
  for (const body of ['{', '', '[]', '{"__proto__":1}', `{"a":${'['.repeat(10_000)}`]) {
    const { status } = await api.call('POST', path, body, json);
    assert.ok(status >= 400 && status < 500, `${status}: ${body.slice(0, 20)}`);
  }
});
