import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { createNamedDestinations, loadDestinations } from '../../../src/destinations/named/index.ts';
import type { OutgoingMessage } from '../../../src/ports/sender.ts';
import { startFakeNtfy } from '../../fakes/ntfy/index.ts';
import { startFakeSmtp } from '../../fakes/smtp/index.ts';
import { manualClock } from '../../support/clock.ts';
import { takesLessThan } from '../../support/soon.ts';
import { startReceiver } from './support.ts';

const key = Buffer.alloc(24, 7);
const [smtp, ntfy, receiver] = await Promise.all([startFakeSmtp(), startFakeNtfy(), startReceiver({ after })]);
after(() => Promise.all([smtp.close(), ntfy.close()]));
ntfy.token = 'tk_secret';
const clock = manualClock();
const destinations = createNamedDestinations(clock);
const files = `destinations:
  - name: mail
    email: { smtp: 'smtp://user@${smtp.host}', password: secret-1, from: 'Bot <bot@example.com>', to: [ops@example.com, dev@example.com] }
  - { name: phone, ntfy: '${ntfy.url}/my-topic', token: tk_secret }
  - { name: archive, webhook: '${receiver.url}/in?x=1', secret: 'whsec_${key.toString('base64')}' }
  - { name: gone, webhook: 'http://127.0.0.1:1/x' }
  - { name: metadata, webhook: 'http://169.254.169.254/latest' }
  - { name: mapped, webhook: 'http://[::ffff:a9fe:a9fe]/latest' }
`;
destinations.replace(loadDestinations(files, 'd.yaml'));

function send(name: string, more: Partial<OutgoingMessage> = {}) {
  const destination = destinations.find(name) ?? { kind: 'email', address: name };
  return destinations.sender.post({
    ...{
      deliveryId: 'id-1',
      team: 'T1',
      destination,
      title: ':x: *Disk*',
      text: 'full: <https://x/1|web1> &lt;b&gt; 12:30:00',
    },
    ...more,
  });
}

test('e-mail: the title is the subject, links have their address, and the id stays when it is sent again', async () => {
  assert.deepEqual(await send('mail'), { kind: 'sent', value: { channel: 'mail', ts: 'id-1', permalink: null } });
  const [mail] = smtp.mails.splice(0);
  assert.deepEqual(
    [mail?.from, mail?.to, mail?.login],
    ['bot@example.com', ['ops@example.com', 'dev@example.com'], 'user:secret-1'],
  );
  assert.match(mail?.source ?? '', /^Message-ID: <id-1@[^>]+>$/m);
  assert.match(mail?.source ?? '', /^Subject: =\?UTF-8\?Q\?=E2=9D=8C_Disk\?=$/m);
  assert.match(mail?.source ?? '', /\n\nfull: web1 \(https:\/\/x\/1\) <b> 12:30:00$/);
});

test('e-mail: a title with line breaks adds no header', async () => {
  await send('mail', { title: 'one\r\nBcc: eve@example.com\n\nbody' });
  const [mail] = smtp.mails.splice(0);
  assert.doesNotMatch(mail?.source ?? '', /^Bcc:/m);
  assert.deepEqual(mail?.to, ['ops@example.com', 'dev@example.com']);
  assert.match(mail?.source ?? '', /^Subject: one/m);
});

test('e-mail: what may pass is tried again, what is final is not', async () => {
  const outcomeOf = async (replies: Record<string, string>) => {
    smtp.replies = replies;
    const outcome = await send('mail');
    smtp.replies = {};
    return outcome.kind === 'sent'
      ? 'sent'
      : `${outcome.kind} ${outcome.error}${outcome.kind === 'retry' && outcome.outcomeUnknown ? ' unknown' : ''}`;
  };
  assert.equal(await outcomeOf({ RCPT: '550 no such user' }), 'refused smtp_550');
  assert.equal(await outcomeOf({ RCPT: '451 later' }), 'retry smtp_451');
  assert.equal(await outcomeOf({ AUTH: '535 wrong password' }), 'retry smtp_login_refused');
  assert.equal(await outcomeOf({ '.': '452 full' }), 'retry smtp_452');
  smtp.mails.splice(0);
  const [down] = loadDestinations(
    "destinations: [{ name: mail, email: { smtp: 'smtp://127.0.0.1:1', from: a@x, to: [b@y] } }]",
    'd',
  );
  const other = createNamedDestinations(clock);
  other.replace(down === undefined ? [] : [down]);
  const outcome = await other.sender.post({
    deliveryId: 'x',
    team: '',
    destination: { kind: 'email', address: 'mail' },
    text: 'x',
  });
  assert.deepEqual([outcome.kind, outcome.kind === 'retry' && outcome.outcomeUnknown], ['retry', false]);
});

test('ntfy: a JSON message with title, priority and token', async () => {
  assert.equal((await send('phone')).kind, 'sent');
  assert.equal((await send('phone', { title: undefined, text: 'ü'.repeat(5_000) })).kind, 'sent');
  const [first, long] = ntfy.messages.splice(0);
  assert.deepEqual(first, {
    ...{ topic: 'my-topic', message: 'full: web1 (https://x/1) <b> 12:30:00', title: '❌ Disk', priority: 5, tags: [] },
  });
  assert.match(long?.message ?? '', /more characters/);
  assert.equal(long?.priority, 3);
});

test('the tone of a message is its priority and tag in ntfy, and its severity in a webhook', async () => {
  for (const tone of ['critical', 'warning', 'resolved'] as const) {
    await send('phone', { title: 'Disk', tone });
    await send('archive', { tone });
  }
  assert.deepEqual(
    ntfy.messages.splice(0).map(({ priority, tags }) => [priority, ...tags]),
    [
      [5, 'severity-critical'],
      [4, 'severity-warning'],
      [3, 'resolved'],
    ],
  );
  assert.deepEqual(
    receiver.received.splice(0).map(({ body }) => [JSON.parse(body).data.severity, JSON.parse(body).data.resolved]),
    [
      ['critical', false],
      ['warning', false],
      [null, true],
    ],
  );
});

test('ntfy: a limit and a wrong token may pass, a message that it does not take is final', async () => {
  const outcomeOf = async () => {
    const outcome = await send('phone');
    return outcome.kind === 'retry' ? ['retry', outcome.error, outcome.outcomeUnknown] : [outcome.kind];
  };
  ntfy.limited = 1;
  assert.deepEqual(await outcomeOf(), ['retry', 'http_429', false]);
  ntfy.token = 'tk_other';
  assert.deepEqual(await outcomeOf(), ['retry', 'http_401', false]);
  ntfy.token = 'tk_secret';
  ntfy.fault = { kind: 'reply', status: 413, body: '{"code":41301,"http":413,"error":"attachment too large"}' };
  const refused = await send('phone');
  ntfy.fault = null;
  assert.equal(refused.kind === 'refused' && refused.error, 'http_413');
  assert.deepEqual(await outcomeOf(), ['sent']);
  assert.equal(ntfy.messages.splice(0).length, 1);
});

test('webhook: signed by Standard Webhooks, with the delivery as its id', async () => {
  assert.equal((await send('archive')).kind, 'sent');
  const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = receiver.received.splice(0);
  assert.equal(path, '/in?x=1');
  const time = headers['webhook-timestamp'];
  assert.equal(time, String(Math.floor(clock.now() / 1_000)));
  const expected = createHmac('sha256', key).update(`id-1.${time}.${body}`).digest('base64');
  assert.deepEqual([headers['webhook-id'], headers['webhook-signature']], ['id-1', `v1,${expected}`]);
  const { type, data } = JSON.parse(body);
  assert.deepEqual(
    [type, data.id, data.title, data.mrkdwn],
    ['message', 'id-1', '❌ Disk', 'full: <https://x/1|web1> &lt;b&gt; 12:30:00'],
  );
});

test('HTTP: what may pass is tried again, redirects and other refusals are final', async () => {
  const outcomeOf = async (status: number, headers: Record<string, string> = {}) => {
    Object.assign(receiver, { status, headers });
    const outcome = await send('archive');
    Object.assign(receiver, { status: 200, headers: {} });
    return outcome.kind === 'retry'
      ? ['retry', outcome.error, outcome.afterMs, outcome.outcomeUnknown]
      : [outcome.kind, outcome.kind === 'refused' && outcome.error];
  };
  assert.deepEqual(await outcomeOf(204), ['sent', false]);
  assert.deepEqual(await outcomeOf(429, { 'retry-after': '7' }), ['retry', 'http_429', 7_000, false]);
  assert.deepEqual(await outcomeOf(500), ['retry', 'http_500', null, true]);
  assert.deepEqual(await outcomeOf(401), ['retry', 'http_401', null, false]);
  assert.deepEqual(await outcomeOf(404), ['refused', 'http_404']);
  assert.deepEqual(await outcomeOf(302, { location: 'http://169.254.169.254/' }), ['refused', 'http_302']);
  receiver.hangUp = true;
  const hung = await send('archive');
  receiver.hangUp = false;
  assert.deepEqual([hung.kind, hung.kind === 'retry' && hung.outcomeUnknown], ['retry', true]);
  const gone = await send('gone');
  assert.deepEqual([gone.kind, gone.kind === 'retry' && gone.outcomeUnknown], ['retry', false]);
});

test('link-local and metadata addresses are refused', async () => {
  for (const name of ['metadata', 'mapped']) {
    const outcome = await send(name);
    assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.error], ['refused', 'address_refused'], name);
  }
});

test('a server that says nothing costs at most its time-out', async (t) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  t.after(() => void silent.close());
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const other = createNamedDestinations(clock);
  other.replace(
    loadDestinations(
      `destinations: [{ name: a, email: { smtp: 'smtp://127.0.0.1:${port}', from: a@x, to: [b@y] } }]`,
      'd',
    ),
  );
  await takesLessThan(9_000, async () => {
    const begin = performance.now();
    const outcome = await other.sender.post({
      deliveryId: 'x',
      team: '',
      destination: { kind: 'email', address: 'a' },
      text: 'x',
    });
    assert.equal(outcome.kind, 'retry');
    return performance.now() - begin;
  });
});

test('an unknown destination is refused by name; one that fails for long is told, until it works', async () => {
  const unknown = await send('nobody');
  assert.deepEqual([unknown.kind, unknown.kind === 'refused' && unknown.error], ['refused', 'unknown_destination']);
  receiver.status = 500;
  await send('archive');
  assert.deepEqual(destinations.failing(300_000), []);
  await clock.advance(300_000);
  await send('archive');
  const failing = destinations.failing(300_000).find(({ name }) => name === 'archive');
  assert.deepEqual([failing?.name, failing?.error], ['archive', 'http_500']);
  receiver.status = 200;
  await send('archive');
  assert.deepEqual(
    destinations
      .failing(0)
      .map(({ name }) => name)
      .filter((name) => name === 'archive'),
    [],
  );
});

test('incidents go where their severity and the case say', () => {
  const other = createNamedDestinations(clock);
  other.replace(
    loadDestinations(
      `destinations:
  - { name: a, ntfy: 'https://ntfy.sh/a', when: always, severity: critical }
  - { name: b, ntfy: 'https://ntfy.sh/b', when: always }
  - { name: c, ntfy: 'https://ntfy.sh/c', when: slack-down, severity: warning }
  - { name: d, ntfy: 'https://ntfy.sh/d' }
`,
      'd.yaml',
    ),
  );
  const names = (...args: Parameters<typeof other.forIncidents>) =>
    other.forIncidents(...args).map(({ address }) => address);
  assert.deepEqual(names('always', 'critical'), ['a', 'b']);
  assert.deepEqual(names('always', 'info'), ['b']);
  assert.deepEqual(names('slack-down', 'warning'), ['c']);
  assert.deepEqual(names('slack-down', 'info'), []);
});
