import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ultronex } from '../cli/support.ts';
import { startReceiver } from '../destinations/named/support.ts';
import { startFakeSmtp } from '../fakes/smtp/index.ts';
import { password, settled, startApi } from '../http/support.ts';
import { eventually } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const [smtp, receiver] = await Promise.all([startFakeSmtp(), startReceiver({ after })]);
after(() => smtp.close());
const dir = join(tempDir({ after } as never), 'destinations');
mkdirSync(dir);
writeFileSync(
  join(dir, 'a.yaml'),
  `destinations:
  - { name: mail, email: { smtp: 'smtp://${smtp.host}', from: bot@example.com, to: [ops@example.com] } }
  - { name: archive, webhook: '${receiver.url}/in', when: always, severity: warning }
`,
);
const env = { DESTINATIONS_DIR: dir };
const api = await startApi({ after }, env);

test('POST takes `to` in place of a channel, and the ledger has what became of the message', async () => {
  const { status, body } = await api.call('POST', '/slack', {
    msg: { to: 'mail', text: 'backup done', title: 'Backup' },
  });
  assert.deepEqual([status, body.msg], [200, { to: 'mail', text: 'backup done', title: 'Backup' }]);
  const row = await settled(api, body.id);
  assert.deepEqual([row.state, row.to, row.channel, row.slack], ['sent', 'mail', 'mail', null]);
  assert.match(smtp.mails[0]?.source ?? '', /^Subject: Backup$/m);
  const edit = await api.call('PATCH', `/messages/${body.id}`, { text: 'x' });
  assert.equal(edit.status, 202);
  assert.match((await settled(api, body.id)).error, /^cannot_be_changed: it was sent, and cannot be changed there/);
});

test('`ultronex send --to` and `destinations check` work from the command line', async () => {
  const io = { ...env, PORT: new URL(api.origin).port, BASIC_AUTH_PASSWORD: password };
  const sent = await ultronex(['send', '--to', 'mail', 'from the shell', '--wait'], io);
  assert.equal(sent.code, 0, sent.err);
  assert.match(smtp.mails.at(-1)?.source ?? '', /from the shell$/);
  assert.match((await ultronex(['send', '--to', 'mail', '#ops', 'x'], io)).err, /--to and a channel are both given/);
  assert.equal(
    (await ultronex(['destinations', 'check'], io)).out,
    '2 destinations, no problem: mail (email), archive (webhook).',
  );
});

test('a destination that fails is a part of /status, and works again', async () => {
  const partOf = async () =>
    (await api.call('GET', '/status')).body.parts.find(({ name }: { name: string }) => name === 'destinations');
  assert.deepEqual(await partOf(), { name: 'destinations', state: 'ok', detail: 'mail, archive' });
  receiver.status = 404;
  const { body } = await api.call('POST', '/slack', { msg: { to: 'archive', text: 'x' } });
  const row = await settled(api, body.id);
  receiver.status = 200;
  assert.deepEqual([row.state, row.error], ['failed', 'http_404: because']);
  assert.deepEqual(await partOf(), { name: 'destinations', state: 'degraded', detail: 'archive fails: http_404' });
});

test('a wrong `to`, and what only Slack has, are refused with the remedy', async () => {
  const wrong: [object, string, RegExp][] = [
    [{ text: 'x' }, 'msg.channel', /^msg\.channel is required$/],
    [{ to: 'mial', text: 'x' }, 'msg.to', /"mial" is no destination; known are mail, archive$/],
    [{ to: 'mail', channel: '#ops', text: 'x' }, 'msg.to', /is given beside channel/],
    [{ to: 'mail', text: 'x', payload: { a: 1 } }, 'msg.payload', /is for Slack only; leave it out with `to`/],
    [{ to: 'mail', text: 'x', thread_ts: '1.2' }, 'msg.thread_ts', /is for Slack only/],
  ];
  for (const [msg, field, reason] of wrong) {
    const { status, body } = await api.call('POST', '/slack', { msg });
    assert.deepEqual([status, body.field], [422, field], JSON.stringify(body));
    assert.match(body.reason, reason);
  }
  const { token } = (await api.call('POST', '/tokens', { name: 'ops', scopes: ['post:#ops'] })).body;
  const narrow = await api.call(
    'POST',
    '/slack',
    { msg: { to: 'mail', text: 'x' } },
    { authorization: `Bearer ${token}` },
  );
  assert.deepEqual(
    [narrow.status, narrow.body.msg],
    [403, 'The token "ops" has the scope post:#ops; this needs post.'],
  );
});

test('the beginning and the end of an incident go to a destination that always gets them', async () => {
  const notify = (status: string, severity = 'critical') =>
    api.call('POST', '/hooks/alertmanager', {
      ...{
        version: '4',
        groupKey: `g-${severity}`,
        status,
        receiver: 'r',
        groupLabels: { alertname: 'DiskFull' },
        externalURL: '',
      },
      ...{ commonLabels: { alertname: 'DiskFull', severity }, commonAnnotations: { summary: 'sda1 is full' } },
      alerts: [
        {
          ...{ status, labels: { alertname: 'DiskFull', severity }, annotations: { summary: 'sda1 is full' } },
          ...{ startsAt: '2026-01-02T03:04:05Z', endsAt: '2026-01-02T03:14:05Z', generatorURL: '', fingerprint: 'f' },
        },
      ],
    });
  receiver.received.splice(0);
  await notify('firing');
  await notify('firing');
  await notify('firing', 'info');
  await notify('resolved');
  await eventually('both', async () => receiver.received.length >= 2);
  const texts = receiver.received.map(({ body }) => JSON.parse(body).data);
  assert.deepEqual(
    texts.map(({ title }: { title: string }) => title.replace(/ · (1 firing|resolved.*)$/, ' · $1')),
    ['❌ DiskFull · critical · 1 firing', '✅ DiskFull · critical · resolved after 10m'],
  );
  assert.match(texts[0].text, /^sda1 is full/);
});
