import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, test } from 'node:test';
import { authorization, said, settled, startApi } from '../../http/support.ts';
import { freePort } from '../../support/port.ts';
import { alert, notification } from './notifications.ts';

const port = await freePort();
const publicUrl = `http://127.0.0.1:${port}`;
const api = await startApi({ after }, { PORT: String(port), PUBLIC_URL: publicUrl });

/** As Grafana 12 writes it (its webhook contact point, no custom payload). */
const firing = {
  receiver: 'ultronex',
  status: 'firing',
  orgId: 1,
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'High memory', grafana_folder: 'Hosts', instance: 'db-1' },
      annotations: { summary: 'Memory of db-1 is nearly used up' },
      startsAt: '2026-01-02T03:04:05.000000000+02:00',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://graphs.example.com/alerting/grafana/abc/view?orgId=1',
      fingerprint: 'c6eadffa33fcdf37',
      silenceURL:
        'https://graphs.example.com/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DHigh+memory',
      dashboardURL: 'https://graphs.example.com/d/abc?orgId=1',
      panelURL: 'https://graphs.example.com/d/abc?orgId=1&viewPanel=2',
      values: { A: 95.24000000001, C: 1 },
      valueString: "[ var='A' labels={} value=95.24 ]",
    },
  ],
  groupLabels: { alertname: 'High memory' },
  commonLabels: { alertname: 'High memory', grafana_folder: 'Hosts', instance: 'db-1' },
  commonAnnotations: { summary: 'Memory of db-1 is nearly used up' },
  externalURL: 'https://graphs.example.com/',
  version: '1',
  groupKey: '{}/{}:{alertname="High memory"}',
  truncatedAlerts: 0,
  title: '[FIRING:1] High memory',
  state: 'alerting',
  message: '**Firing**',
};

test('Grafana’s notification makes the same card, with values and links', async () => {
  const { status, body } = await api.call('POST', '/hooks/grafana', firing);
  assert.equal(status, 200, JSON.stringify(body));
  const { slack } = await settled(api, body.id);
  const card = (await said(api)).find(({ ts }) => ts === slack.ts);
  const lines: string[] = card.text.split('\n');
  assert.deepEqual(lines.slice(0, -1), [
    ':warning: *High memory* · 1 firing',
    'Memory of db-1 is nearly used up',
    '`grafana_folder=Hosts instance=db-1`',
    '`A=95.24, C=1`',
  ]);
  const links = [...(lines.at(-1)?.matchAll(/<http[^|>]*\|([^>]*)>/g) ?? [])].map(([, name]) => name);
  assert.deepEqual(links, ['#1', 'Dashboard', 'Panel'], 'three at most');

  const over = {
    ...firing,
    status: 'resolved',
    state: 'ok',
    alerts: firing.alerts.map((one) => ({ ...one, status: 'resolved', endsAt: '2026-01-02T04:04:05Z', values: null })),
  };
  const edited = await api.call('POST', '/hooks/grafana', over);
  assert.deepEqual(edited.body, { msg: 'The card is edited.', id: body.id });
});

test('Grafana’s test notification and its errors without labels are accepted', async () => {
  const testing = {
    ...firing,
    groupKey: 'test-57c6d9296de2ad39-1704876559',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    alerts: [{ status: 'firing', labels: { alertname: 'TestAlert' }, startsAt: '2026-01-02T03:04:05Z', values: null }],
  };
  assert.equal((await api.call('POST', '/hooks/grafana', testing)).status, 200);
  const bare = { status: 'firing', alerts: [{ status: 'firing', labels: {}, startsAt: '2026-01-02T03:04:05Z' }] };
  assert.equal((await api.call('POST', '/hooks/grafana', bare)).status, 200);
});

const elsewhere: [path: string, body: unknown, reason: RegExp][] = [
  ['/hooks/alertmanager', firing, /Grafana’s webhook: use \/ultronex\/hooks\/grafana/],
  ['/hooks/grafana', notification([alert()]), /Alertmanager’s webhook: use \/ultronex\/hooks\/alertmanager/],
  ['/hooks/alertmanager', { ruleName: 'x', state: 'alerting', evalMatches: [] }, /before version 9/],
  ['/hooks/alertmanager', { text: 'disk full', channel: '#ops' }, /use \/ultronex\/webhook\/\{channel\}/],
  ['/hooks/grafana', { attachments: [{ text: 'disk full' }] }, /use \/ultronex\/webhook\/\{channel\}/],
  ['/hooks/alertmanager', { msg: { channel: '#ops', text: 'x' } }, /use \/ultronex\/slack/],
  ['/hooks/alertmanager', [{ labels: { alertname: 'x' } }], /as Prometheus posts to Alertmanager itself/],
];

for (const [path, body, reason] of elsewhere) {
  test(`${path} names the right address of a body: ${reason.source.slice(0, 40)}`, async () => {
    const answer = await api.call('POST', path, body);
    assert.equal(answer.status, 422);
    assert.match(answer.body.reason, reason);
  });
}

test('a card with more than ten alerts links to the list of all', async () => {
  const alerts = Array.from({ length: 12 }, (_, n) => alert({ labels: { instance: `db-${n}` } }));
  const { body } = await api.call('POST', '/hooks/alertmanager', notification(alerts, { groupKey: 'many' }));
  const { slack } = await settled(api, body.id);
  const card = (await said(api)).find(({ ts }) => ts === slack.ts);
  assert.ok(card.text.includes(`<${publicUrl}/ultronex/incidents/alerts/${body.id}|+2 more>`), card.text);
  const list = await api.call('GET', `/incidents/alerts/${body.id}`);
  assert.equal(list.status, 200);
  const text = await (await fetch(`${api.base}/incidents/alerts/${body.id}`)).text();
  assert.doesNotMatch(text, /db-11/, 'behind the login');
  assert.equal((await api.call('GET', '/incidents/00000000-0000-4000-8000-000000000000')).status, 404);
});

test('a signed request needs no login, with and without a time; a wrong signature does not fall back to one', async (t) => {
  const secret = 'grafana and we know it';
  const signed = await startApi(t, { GRAFANA_WEBHOOK_SECRET: secret });
  const body = JSON.stringify({ ...firing, groupKey: 'signed' });
  const sign = (text: string, key = secret) => createHmac('sha256', key).update(text).digest('hex');
  const post = async (headers: Record<string, string>, text = body) => {
    const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text };
    return (await fetch(`${signed.base}/hooks/grafana`, options)).status;
  };
  const name = 'X-Grafana-Alerting-Signature';
  assert.equal(await post({ [name]: sign(body) }), 200);
  const time = String(Math.floor(Date.now() / 1_000));
  const timed = { 'X-Grafana-Alerting-Timestamp': time };
  assert.equal(await post({ [name]: sign(`${time}:${body}`), ...timed }), 200);
  const old = String(Number(time) - 400);
  assert.equal(await post({ [name]: sign(`${old}:${body}`), 'X-Grafana-Alerting-Timestamp': old }), 401);
  for (const wrong of [sign(body, 'another secret'), sign(`${body} `), '', 'sha256=x']) {
    assert.equal(await post({ [name]: wrong }), 401, wrong);
    assert.equal(await post({ [name]: wrong, authorization }), 401, 'also with a login');
  }
  assert.equal(await post({ [name]: sign(body), ...timed }), 401, 'a time that is not signed');
  assert.equal(await post({}), 401);
  assert.equal(await post({ authorization }), 200, 'a login without a signature');
  assert.equal(await post({ [name]: sign('{"x"') }, '{"x"'), 422, 'a signed body that is not JSON');
  const unset = await fetch(`${api.base}/hooks/grafana`, { method: 'POST', headers: { [name]: sign(body) }, body });
  assert.equal(unset.status, 401, 'without the setting a signature is nothing');
});
