import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardOf, listAll } from '../../../src/modules/incidents/card.ts';
import { type Group, startOf, toGroup } from '../../../src/modules/incidents/group.ts';
import type { Notification } from '../../../src/modules/incidents/notification.ts';
import { alert, notification, resolved, startsAt } from './notifications.ts';

const since = `<!date^${Math.floor(Date.parse(startsAt) / 1_000)}^{date_short_pretty} {time}|2026-01-02T03:04:05Z>`;

function card(given: Notification) {
  const group = toGroup(given);
  assert.ok(group);
  return cardOf(group, startOf(group));
}
const lines = (given: Notification) => card(given).text.split('\n');

test('one alert: what, how bad, where, since when, what to do', () => {
  const annotations = { description: 'Full\nin 4 h.', runbook_url: 'https://wiki.example.com/disk?a=1&b=2' };
  assert.deepEqual(lines(notification([alert({ annotations })])), [
    ':x: *DiskFull* · critical · 1 firing',
    'Disk is 95 % full',
    'Full',
    'in 4 h.',
    '`instance=db-1 job=node`',
    `Since ${since} · <https://wiki.example.com/disk?a=1&amp;b=2|Runbook>`,
  ]);
});

test('several: what tells them apart, the worst and those that fire first', () => {
  const alerts = [
    alert({ status: 'resolved', labels: { instance: 'db-3' } }),
    alert({ labels: { instance: 'db-2', severity: 'warning' }, annotations: { summary: '80 % full' } }),
    alert({ labels: { instance: 'db-1' } }),
  ];
  const expected = [
    ':x: *DiskFull* · critical · 2 firing, 1 resolved',
    '`job=node`',
    '• :x: `instance=db-1` Disk is 95 % full',
    '• :warning: `instance=db-2` 80 % full',
    '• :white_check_mark: `instance=db-3` Disk is 95 % full',
    `Since ${since}`,
  ];
  assert.deepEqual(lines(notification(alerts)), expected);
  const { text } = card(notification(alerts));
  assert.equal(card(notification([...alerts].reverse())).text, text, 'whatever the order they came in');
});

test('resolved: green, and how long it took', () => {
  const [first] = lines(resolved(notification([alert()])));
  assert.equal(first, ':white_check_mark: *DiskFull* · critical · resolved after 2h 4m');
  const unknown = resolved(notification([alert({ startsAt: '0001-01-01T00:00:00Z' })]));
  assert.match(card(unknown).text, /· resolved\n/);
  assert.doesNotMatch(card(unknown).text, /Since/);
});

test('how bad it is, is said of what still fires', () => {
  const alerts = [alert({ labels: { severity: 'warning' } }), alert({ status: 'resolved' })];
  assert.match(card(notification(alerts)).text, /^:warning: \*DiskFull\* · warning · 1 firing, 1 resolved/);
});

test('ten are listed, the rest is counted, with those that Alertmanager left out', () => {
  const alerts = Array.from({ length: 13 }, (_, n) => alert({ labels: { instance: `db-${n}` } }));
  const text = lines(notification(alerts, { truncatedAlerts: 5 }));
  assert.equal(text.filter((line) => line.startsWith('•')).length, 10);
  assert.ok(text.includes('+8 more'));
  assert.match(text[0] ?? '', /18 firing/);
});

test('what is written in HTML or Markdown for one alert among several is shown as such, on its line', () => {
  const description =
    '<p>disk <b>full</b></p><ul><li>data</li><li>see [docs](https://x.example/disk)</li></ul>\n\n**now**';
  const others = [alert({ annotations: { description } }), alert({ labels: { instance: 'b' }, annotations: {} })];
  const text = lines(notification(others, { commonAnnotations: {} }));
  const line = text.find((each) => each.includes('disk')) ?? '';
  assert.ok(line.endsWith('disk *full* • data • see <https://x.example/disk|docs> *now*'), line);
});

test('the name, when the group is not made by it', () => {
  const names = ['A', 'B', 'B', 'C'];
  const given = notification(
    names.map((alertname) => alert({ labels: { alertname } })),
    { groupLabels: {} },
  );
  assert.match(card(given).text, /\*A and 2 more\*/);
  const nameless = alert();
  assert.match(
    card(notification([{ ...nameless, labels: {} }], { groupLabels: {} })).text,
    /^:warning: \*Alert\* · 1 firing/,
  );
});

test('nothing in it can call people, make a link, or end a style', () => {
  const annotations = {
    summary: '<!channel> <https://evil.example|click> a & b',
    runbook_url: 'https://x.example/|<!here>',
    description: 'see <@U1>',
  };
  const labels = { alertname: 'A*B', instance: 'a`b', constructor: 'c' };
  const { text, blocks } = card(notification([alert({ annotations, labels })], { groupLabels: labels }));
  assert.doesNotMatch(text.replace(since, ''), /[<>]/);
  assert.match(text, /\*A∗B\*/);
  assert.match(text, /`constructor=c instance=a'b job=node`/);
  assert.match(text, /&lt;!channel&gt; &lt;https:\/\/evil.example\|click&gt; a &amp; b/);
  assert.equal(text, blocks.map((block) => (block.text as { text: string }).text).join('\n'));
  for (const url of ['javascript:alert(1)', 'https://a b', `https://x.example/${'a'.repeat(500)}`]) {
    const [last = ''] = lines(notification([alert({ annotations: { runbook_url: url } })])).slice(-1);
    assert.equal(last, `Since ${since}`, url);
  }
});

test('a runbook that is only a path is on this server', () => {
  const group = toGroup(notification([alert({ annotations: { runbook_url: '/ultronex/runbook#diskfull' } })]));
  const text = (publicUrl: string) => cardOf(group as Group, null, { publicUrl }).text;
  assert.match(text('https://bot.example.com'), /<https:\/\/bot\.example\.com\/ultronex\/runbook#diskfull\|Runbook>$/);
  assert.doesNotMatch(text(''), /Runbook/);
});

test('the longest card fits into what Slack edits and into its sections', () => {
  const long = '&'.repeat(5_000);
  const alerts = Array.from({ length: 40 }, (_, n) =>
    alert({
      labels: { alertname: long, severity: long, instance: `${n}${long}`, team: long },
      annotations: { summary: `${n}${long}` },
    }),
  );
  const url = `https://x.example/${'a'.repeat(282)}`;
  const given = notification(alerts, {
    commonAnnotations: { description: long, runbook_url: url },
    groupLabels: { alertname: long },
  });
  const withSummary = { ...given, commonAnnotations: { ...given.commonAnnotations, summary: long } };
  for (const each of [given, withSummary]) {
    const { text, blocks } = card(each);
    assert.ok(text.length <= 4_000, `${text.length} characters`);
    assert.ok(text.includes('|Runbook>'));
    assert.doesNotMatch(text, /&(?!amp;)/, 'no escape is cut in two');
    for (const block of blocks) assert.ok((block.text as { text: string }).text.length <= 3_000);
  }
});

test('Watchdog is nobody’s business', () => {
  const watchdog = alert({ labels: { alertname: 'Watchdog', severity: 'none' } });
  assert.equal(toGroup(notification([watchdog])), null);
  const both = toGroup(notification([watchdog, alert({ status: 'resolved' })], { groupLabels: {} }));
  assert.deepEqual([both?.alerts.length, both?.status], [1, 'resolved']);
});

test('what was left out may fire', () => {
  const given = notification([alert({ status: 'resolved' })], { status: 'firing', truncatedAlerts: 3 });
  assert.equal(toGroup(given)?.status, 'firing');
});

const only = (annotations: Record<string, string>, more: object = {}) =>
  lines(notification([alert({ annotations: { summary: '', ...annotations }, ...more })]));

test('lists, links, bold and line breaks are kept, as HTML, as Markdown and as plain text', () => {
  const description = '2 disks:\n- sda\n* sdb\n\n\n\nsee <a href="https://wiki.example.com/a?b=1&c=2">the wiki</a>  ';
  assert.deepEqual(only({ description }).slice(1, -2), [
    '2 disks:',
    '• sda',
    '• sdb',
    '',
    'see <https://wiki.example.com/a?b=1&amp;c=2|the wiki>',
  ]);
  const html = '<p>First<br/>second</p><ul><li>one</li><li><b>two</b></li></ul>';
  assert.deepEqual(only({ description: html }).slice(1, -2), ['First', 'second', '', '• one', '• *two*']);
  const markdown = 'go to [the **wiki**](https://wiki.example.com/x) & **read**\r\nthen act';
  assert.deepEqual(only({ description: markdown }).slice(1, -2), [
    'go to <https://wiki.example.com/x|the **wiki**> &amp; *read*',
    'then act',
  ]);
});

test('what only looks like markup is shown as it is', () => {
  assert.equal(
    only({ description: 'value <nil> is < 5 and <script>x</script>' })[1],
    'value &lt;nil&gt; is &lt; 5 and &lt;script&gt;x&lt;/script&gt;',
  );
  assert.equal(
    only({ description: '<a href="javascript:alert(1)">x</a>' })[1],
    '&lt;a href="javascript:alert(1)"&gt;x&lt;/a&gt;',
  );
});

test('every annotation is shown, and none twice', () => {
  const said = only({
    summary: 'Disk is full',
    description: 'Disk is full on db-1.',
    message: 'disk is  full',
    impact: 'orders stop',
    dashboard_url: 'https://graphs.example.com/d/1',
    playbook_url: 'https://wiki.example.com/p',
    __orgId__: '1',
  });
  assert.deepEqual(said.slice(1), [
    'Disk is full on db-1.',
    '*impact:* orders stop',
    '`instance=db-1 job=node`',
    `Since ${since} · <https://graphs.example.com/d/1|Dashboard> · <https://wiki.example.com/p|Playbook>`,
  ]);
});

test('an alert of several says its own summary and description beside what is common', () => {
  const alerts = ['a', 'b'].map((host) =>
    alert({ labels: { instance: host }, annotations: { summary: 'Disk', description: `${host} is full` } }),
  );
  assert.deepEqual(lines(notification(alerts)).slice(1, -1), [
    'Disk',
    '`job=node`',
    '• :x: `instance=a` a is full',
    '• :x: `instance=b` b is full',
  ]);
});

test('links lead only to hosts that a reader can reach', () => {
  const generatorURL = 'https://prometheus.example.com/graph?g0.expr=up';
  const given = notification([alert({ generatorURL })], { externalURL: 'https://alerts.example.com/' });
  const [last = ''] = lines(given).slice(-1);
  assert.match(last, /<https:\/\/prometheus\.example\.com\/graph\?g0\.expr=up\|Query>/);
  assert.match(
    last,
    /<https:\/\/alerts\.example\.com\/#\/silences\/new\?filter=%7Balertname%3D%22DiskFull%22%7D\|Silence>/,
  );
  assert.doesNotMatch(lines(notification([alert()])).join(), /Query|Silence/, 'names of containers');
  assert.doesNotMatch(lines(resolved(given)).join(), /Silence/, 'nothing to silence any more');
});

test('what has no room is linked, and listed as text', () => {
  const alerts = Array.from({ length: 13 }, (_, n) => alert({ labels: { instance: `db-${n}` } }));
  const group = toGroup(notification(alerts, { truncatedAlerts: 5 })) as Group;
  const { text } = cardOf(group, null, { listUrl: 'https://bot.example.com/ultronex/incidents/1' });
  assert.match(text, /<https:\/\/bot\.example\.com\/ultronex\/incidents\/1\|\+8 more>/);
  const all = listAll(group);
  for (const { labels } of alerts) assert.ok(all.includes(`instance="${labels.instance}"`));
  assert.match(all, /5 more were left out/);
});
