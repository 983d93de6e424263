import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noNames } from '../../../src/domain/visible-text.ts';
import { cardOf } from '../../../src/modules/incidents/card.ts';
import { factsOf, listAll } from '../../../src/modules/incidents/facts.ts';
import { endOf, type Group, startOf, toGroup } from '../../../src/modules/incidents/group.ts';
import type { Notification } from '../../../src/modules/incidents/notification.ts';
import { incident } from '../../support/incidents.ts';
import { alert, notification, resolved, startsAt } from './notifications.ts';

const since = `<!date^${Math.floor(Date.parse(startsAt) / 1_000)}^{date_short_pretty} {time}|2026-01-02T03:04:05Z>`;

const none = {
  publicUrl: '',
  names: noNames,
  canRestart: () => false,
  canRun: () => false,
  canReadLogs: false,
  card: '1',
};

/** The card of an incident without a number. */
function groupCard(group: Group, publicUrl = '') {
  const { status } = group;
  const times = { since: startOf(group), resolvedAt: status === 'resolved' ? endOf(group) : null };
  const made = incident({ ...factsOf(group, publicUrl), number: 0, status, ...times });
  return cardOf(made, { ...none, publicUrl });
}

function card(given: Notification) {
  const group = toGroup(given);
  assert.ok(group);
  return groupCard(group);
}
const lines = (given: Notification) => card(given).text.split('\n');

test('the card of one alert has name, severity, labels, start and links', () => {
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

test('the card of several alerts lists their differences, firing and worst first', () => {
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

test('a resolved card is green and has the duration', () => {
  const [first] = lines(resolved(notification([alert()])));
  assert.equal(first, ':white_check_mark: *DiskFull* · critical · resolved after 2h 4m');
  const unknown = resolved(notification([alert({ startsAt: '0001-01-01T00:00:00Z' })]));
  assert.match(card(unknown).text, /· resolved\n/);
  assert.doesNotMatch(card(unknown).text, /Since/);
});

test('the severity of a card is that of the alerts that still fire', () => {
  const alerts = [alert({ labels: { severity: 'warning' } }), alert({ status: 'resolved' })];
  assert.match(card(notification(alerts)).text, /^:warning: \*DiskFull\* · warning · 1 firing, 1 resolved/);
});

test('ten alerts are listed, and further ones are counted, with those that Alertmanager left out', () => {
  const alerts = Array.from({ length: 13 }, (_, n) => alert({ labels: { instance: `db-${n}` } }));
  const text = lines(notification(alerts, { truncatedAlerts: 5 }));
  assert.equal(text.filter((line) => line.startsWith('•')).length, 10);
  assert.ok(text.includes('+8 more'));
  assert.match(text[0] ?? '', /18 firing/);
});

test('HTML and Markdown of one alert among several are formatted on its line', () => {
  const description =
    '<p>disk <b>full</b></p><ul><li>data</li><li>see [docs](https://x.example/disk)</li></ul>\n\n**now**';
  const others = [alert({ annotations: { description } }), alert({ labels: { instance: 'b' }, annotations: {} })];
  const text = lines(notification(others, { commonAnnotations: {} }));
  const line = text.find((each) => each.includes('disk')) ?? '';
  assert.ok(line.endsWith('disk *full* • data • see <https://x.example/disk|docs> *now*'), line);
});

test('a card has a name when the group has no common alertname', () => {
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

test('alerts cannot mention people, make a link, or end formatting', () => {
  const annotations = {
    summary: '<!channel> <https://evil.example|click> a & b',
    runbook_url: 'https://x.example/|<!here>',
    description: 'see <@U1>',
  };
  const labels = { alertname: 'A*B', instance: 'a`b', constructor: 'c' };
  const { text, sections } = card(notification([alert({ annotations, labels })], { groupLabels: labels }));
  assert.doesNotMatch(text.replace(since, ''), /[<>]/);
  assert.match(text, /\*A∗B\*/);
  assert.match(text, /`constructor=c instance=a'b job=node`/);
  assert.match(text, /&lt;!channel&gt; &lt;https:\/\/evil.example\|click&gt; a &amp; b/);
  assert.equal(text, sections.join('\n'));
  for (const url of ['javascript:alert(1)', 'https://a b', `https://x.example/${'a'.repeat(500)}`]) {
    const [last = ''] = lines(notification([alert({ annotations: { runbook_url: url } })])).slice(-1);
    assert.equal(last, `Since ${since}`, url);
  }
});

test('characters that nobody sees do not disturb a card: controls, and signs that turn the direction', () => {
  const hidden = '\u202ea\u0000b\u0007\u2066c\u202c';
  const annotations = { summary: `${hidden} 🇩🇪 שלום\tx`, description: `1\n${hidden}` };
  const labels = { alertname: hidden, instance: hidden };
  const { text } = card(notification([alert({ annotations, labels })], { groupLabels: labels }));
  const [heading, ...rest] = text.split('\n');
  assert.equal(heading, ':x: *abc* · critical · 1 firing');
  assert.deepEqual(rest.slice(0, 4), ['abc 🇩🇪 שלום\tx', '1', 'abc', '`instance=abc job=node`']);
  assert.equal(factsOf(toGroup(notification([alert({ labels })], { groupLabels: labels })) as Group, '').title, 'abc');
});

test('a runbook that is a path gets this server’s address', () => {
  const group = toGroup(notification([alert({ annotations: { runbook_url: '/ultronex/runbook#diskfull' } })]));
  const text = (publicUrl: string) => groupCard(group as Group, publicUrl).text;
  assert.match(text('https://bot.example.com'), /<https:\/\/bot\.example\.com\/ultronex\/runbook#diskfull\|Runbook>$/);
  assert.doesNotMatch(text(''), /Runbook/);
});

test('the longest card fits into Slack’s limits for edits and sections', () => {
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
    const { text, sections } = card(each);
    assert.ok(text.length <= 4_000, `${text.length} characters`);
    assert.ok(text.includes('|Runbook>'));
    assert.doesNotMatch(text, /&(?!amp;)/, 'no escape is cut in two');
    for (const section of sections) assert.ok(section.length <= 3_000);
  }
});

test('the alert Watchdog has no card', () => {
  const watchdog = alert({ labels: { alertname: 'Watchdog', severity: 'none' } });
  assert.equal(toGroup(notification([watchdog])), null);
  const both = toGroup(notification([watchdog, alert({ status: 'resolved' })], { groupLabels: {} }));
  assert.deepEqual([both?.alerts.length, both?.status], [1, 'resolved']);
});

test('alerts that were left out count as firing', () => {
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

test('text that only looks like markup is shown literally', () => {
  assert.equal(
    only({ description: 'value <nil> is < 5 and <script>x</script>' })[1],
    'value &lt;nil&gt; is &lt; 5 and &lt;script&gt;x&lt;/script&gt;',
  );
  assert.equal(
    only({ description: '<a href="javascript:alert(1)">x</a>' })[1],
    '&lt;a href="javascript:alert(1)"&gt;x&lt;/a&gt;',
  );
});

test('every annotation is shown once', () => {
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

test('an alert among several shows its own summary and description', () => {
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

test('links lead only to reachable hosts', () => {
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

test('alerts that do not fit are linked, and listed as text', () => {
  const alerts = Array.from({ length: 13 }, (_, n) => alert({ labels: { instance: `db-${n}` } }));
  const group = toGroup(notification(alerts, { truncatedAlerts: 5 })) as Group;
  const { text } = groupCard(group, 'https://bot.example.com');
  assert.match(text, /<https:\/\/bot\.example\.com\/ultronex\/incidents\/alerts\/1\|\+8 more>/);
  const all = listAll(group);
  for (const { labels } of alerts) assert.ok(all.includes(`instance="${labels.instance}"`));
  assert.match(all, /5 more were left out/);
});

test('whom the rules of the firing alerts name is mentioned, each once', () => {
  const notify = (...written: (string | undefined)[]) => {
    const alerts = written.map((each, n) =>
      alert({ labels: { instance: `${n}` }, annotations: each === undefined ? {} : { notify: each } }),
    );
    alerts.push(alert({ status: 'resolved', annotations: { notify: '@nobody' } }));
    return factsOf(toGroup(notification(alerts)) as Group, '').facts.notify;
  };
  assert.equal(notify('@oncall', undefined, '@dba', '@oncall'), '@oncall @dba');
  assert.equal(notify(undefined), null);
  assert.equal(notify('@a @b @c', '@d @e @f'), '@a @b @c @d @e', 'five at most');
});

test('a job that may mend it is a button, of the rule that fires first, where the bot runs jobs', () => {
  const fixing = (fix: string, more = {}) => alert({ annotations: { fix }, ...more });
  const buttons = (given: Notification, canRun = true) => {
    const group = toGroup(given);
    assert.ok(group);
    const made = incident({ ...factsOf(group, ''), status: group.status, number: 7 });
    return cardOf(made, { ...none, canRun: () => canRun }).buttons.slice(4);
  };
  const run = { label: 'Run restart-worker', command: 'run restart-worker' };
  assert.deepEqual(buttons(notification([fixing('restart-worker')])), [run]);
  assert.deepEqual(buttons(notification([alert({ labels: { fix: 'restart-worker' } })])), [run], 'a label');
  assert.deepEqual(buttons(notification([fixing('restart-worker')]), false), []);
  assert.deepEqual(buttons(notification([fixing('restart-worker two-person')])), [
    { label: 'Ask for restart-worker', command: 'propose restart-worker' },
  ]);
  const mixed = [
    fixing('other', { status: 'resolved' }),
    fixing('rm -rf /'),
    fixing('restart-worker', { labels: { instance: 'db-2' } }),
  ];
  assert.deepEqual(buttons(notification(mixed)), [run]);
  assert.deepEqual(buttons(notification([alert()])), []);
  const { text } = card(notification([fixing('restart-worker')]));
  assert.doesNotMatch(text, /restart-worker/, 'it is no fact');
});

test('without `fix` the facts are as before, so no card is edited after an update', () => {
  const group = toGroup(notification([alert()]));
  assert.ok(group);
  assert.equal('fix' in factsOf(group, '').facts, false);
});
