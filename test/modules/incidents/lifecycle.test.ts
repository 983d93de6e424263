import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WrongState } from '../../../src/domain/errors.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import { acknowledge, endSilence, resolve, silence, stopReminding } from '../../../src/modules/incidents/acts.ts';
import { due } from '../../../src/modules/incidents/due.ts';
import {
  type CardInLedger,
  type Given,
  observe,
  type Report,
  type Step,
} from '../../../src/modules/incidents/lifecycle.ts';
import { incident } from '../../support/incidents.ts';

const minute = 60_000;
const hour = 60 * minute;
const sent: CardInLedger = { state: 'sent', pending: null, error: null };
const given: Given = { now: 0, team: 'T1', maintenance: false, contextDueAt: null };

function report(status: Report['status'], more: Partial<Report> = {}): Report {
  const { facts, key, source, severity, title } = incident();
  const reported = { ...facts, state: status };
  const rest = { digest: status, since: 0, endedAt: null, channel: '#alerts' };
  return { key, source, severity, title, status, facts: reported, ...rest, ...more };
}

/** Reports one after another, with the card in Slack. */
function story(...reports: [at: number, status: Report['status'], more?: Partial<Report>][]) {
  let known: Incident | null = null;
  const steps: (Step | null)[] = [];
  for (const [now, status, more] of reports) {
    const step = observe(known, known && sent, report(status, more), { ...given, now });
    steps.push(step.incident === null ? null : step);
    // As the store and the writer do.
    if (step.incident !== null) known = { ...step.incident, card: step.incident.card ?? 'card' };
  }
  return { known: known as unknown as Incident, steps };
}

const open = (more: Partial<Incident> = {}) => incident({ card: 'card', digest: 'firing', since: 0, ...more });
const anna = { actor: { kind: 'slack', name: 'U1' }, name: 'anna' } as const;
const told = ({ replies }: Pick<Step, 'replies'>) => replies.map(({ text, broadcast }) => [text, broadcast]);
const kinds = (step: Pick<Step, 'history'> | null) => step?.history.map(({ kind }) => kind);

test('what becomes of a card depends on its state in the ledger', () => {
  const failed = { state: 'failed', pending: null, error: 'x' } as const;
  const withdrawn = { state: 'withdrawn', pending: null, error: null } as const;
  const deleted = { state: 'withdrawn', pending: null, error: 'message_not_found' } as const;
  const goes = { ...sent, pending: 'delete' } as const;
  const same = report('firing');
  const other = report('firing', { digest: 'other' });
  const ends = report('resolved');
  const cases: [known: Incident, card: CardInLedger | null, report: Report, step: Step['card'] | 'nothing'][] = [
    [open(), sent, same, 'nothing'],
    [open(), sent, other, 'edit'],
    [open(), sent, ends, 'edit'],
    [open(), { ...sent, state: 'queued' }, other, 'edit'],
    [open(), { ...sent, state: 'sending' }, other, 'edit'],
    [open(), failed, same, 'post'],
    [open(), failed, ends, 'post'],
    [open(), { ...failed, state: 'expired' }, same, 'post'],
    [open(), deleted, same, 'post'],
    [open(), goes, same, 'nothing'],
    [open(), goes, other, 'post'],
    [open(), withdrawn, ends, 'none'],
    [open(), { ...sent, error: 'message_not_found' }, same, 'post'],
    [open(), { ...sent, pending: 'update', error: 'HTTP 500' }, same, 'nothing'],
    [open({ status: 'resolved', digest: 'resolved' }), sent, ends, 'nothing'],
    [open({ status: 'resolved', digest: 'resolved' }), failed, ends, 'nothing'],
    [open({ status: 'resolved', digest: 'resolved' }), sent, same, 'post'],
    [open({ status: 'resolved', digest: 'earlier' }), sent, ends, 'edit'],
  ];
  for (const [known, card, said, expected] of cases) {
    const step = observe(known, card, said, given);
    assert.equal(
      step.incident === null ? 'nothing' : step.card,
      expected,
      JSON.stringify([known.status, card, said.digest]),
    );
  }
  assert.equal(observe(null, null, ends, given).incident, null);
});

test('repetitions are silent; the end is a reply; a worse severity is shown in the channel', () => {
  const { steps, known } = story(
    [0, 'firing'],
    [1, 'firing'],
    [2, 'firing', { digest: 'more', facts: { ...incident().facts, state: '2 firing' } }],
    [3, 'firing', { digest: 'bad', severity: 'critical' }],
    [2 * hour, 'resolved', { endedAt: 2 * hour }],
    [2 * hour + 1, 'resolved'],
  );
  assert.deepEqual(
    steps.map((step) => step?.card),
    ['post', undefined, 'edit', 'edit', 'edit', undefined],
  );
  assert.deepEqual(steps.map(kinds), [['opened'], undefined, ['changed'], ['changed'], ['resolved'], undefined]);
  assert.deepEqual(told(steps[4] as Step), [['Resolved after 2h.', false]]);
  assert.deepEqual([known.status, known.resolvedAt, known.resolvedBy], ['resolved', 2 * hour, null]);

  const worse = observe(open({ severity: 'warning' }), sent, report('firing', { digest: 'x' }), given) as Step;
  assert.deepEqual(told(worse), [['It is worse: critical.', true]]);
  const calm = open({ severity: 'warning', silenced: { by: anna.actor, at: 0, until: null } });
  assert.deepEqual(told(observe(calm, sent, report('firing', { digest: 'x' }), given) as Step), []);
});

test('the rule’s mention goes with a new card, and again with none', () => {
  const facts = { ...incident().facts, notify: '@oncall' };
  const { steps } = story([0, 'firing', { facts }], [1, 'firing', { facts, digest: 'x' }], [2, 'resolved', { facts }]);
  assert.deepEqual(told(steps[0] as Step), [['@oncall *Disk full*', false]]);
  assert.ok(steps.slice(1).every((step) => step?.replies.every(({ text }) => !text.includes('@oncall'))));
});

test('more than four changes in 30 minutes are one flapping card, which ends when it is steady', () => {
  const at = (n: number) => n * 5 * minute;
  const changes = (count: number) =>
    story(...Array.from({ length: count }, (_, n) => [at(n), n % 2 ? 'resolved' : 'firing'] as [number, 'firing']));
  assert.equal(changes(4).known.flappingSince, null, 'four are no flapping');
  const fifth = changes(5);
  assert.equal(fifth.known.flappingSince, at(4));
  assert.deepEqual(
    fifth.steps.map((step) => step?.card),
    ['post', 'edit', 'post', 'edit', 'post'],
  );
  assert.match(fifth.steps[4]?.replies[0]?.text ?? '', /changes too often: 5 times/);
  const later = changes(6);
  assert.deepEqual([later.steps[5]?.card, later.steps[5]?.replies], ['edit', []], 'further changes are quiet');
  assert.deepEqual([later.known.status, later.known.resolvedAt], ['resolved', null], 'it stays open');

  const look = (known: Incident, now: number) => due(known, sent, { now, maintenance: false, remindMs: 4 * hour });
  // Five changes at 0, 5, 10, 15 and 20 minutes. Hysteresis: it ends with two or fewer in 30 minutes, not with four.
  assert.equal(look(fifth.known, at(4) + 30 * minute - 1), null);
  const end = look(fifth.known, at(4) + 30 * minute);
  assert.deepEqual([end?.incident.flappingSince, end?.incident.status], [null, 'firing']);
  assert.deepEqual(told(end as Step), [['It is steady again, and still firing.', true]]);
  const well = look(later.known, at(5) + 31 * minute);
  assert.deepEqual([well?.incident.status, well?.incident.resolvedAt, well?.copies], ['resolved', at(5), true]);
  assert.deepEqual(told(well as Step), [['It is steady again, and resolved.', false]]);
  const restless = { ...later.known, changes: [1, 2, 3].map((n) => at(5) + 25 * minute + n) };
  assert.equal(look(restless, at(5) + 40 * minute), null, 'three changes in 30 minutes are not steady');
});

test('in a maintenance window nobody is told; what still fires at its end is', () => {
  const step = observe(null, null, report('firing'), { ...given, maintenance: true }) as Step;
  assert.deepEqual([step.card, step.copies, step.replies], ['none', false, []]);
  const known = step.incident;
  const look = (maintenance: boolean, more = {}) =>
    due({ ...known, ...more }, null, { now: hour, maintenance, remindMs: null });
  assert.equal(look(true), null);
  const after = look(false);
  assert.deepEqual([after?.card, after?.copies, after?.incident.toldAt], ['post', true, hour]);
  const notify = { facts: { ...known.facts, notify: '<!here>' } };
  assert.match(look(false, notify)?.replies[0]?.text ?? '', /^<!here> /);
  const { acknowledged } = acknowledge(known, null, anna, 1).incident;
  const acted = look(false, { ...notify, acknowledged });
  assert.deepEqual([acted?.card, acted?.copies, acted?.replies], ['post', true, []], 'somebody is on it');
  const { silenced } = silence(null, 'until it is solved')(known, null, anna, 1).incident;
  const quiet = look(false, { ...notify, silenced });
  assert.deepEqual([quiet?.card, quiet?.copies, quiet?.replies], ['post', false, []], 'silenced in the window');
  const ended = observe(known, null, report('resolved'), { ...given, now: 5 }) as Step;
  assert.deepEqual([ended.card, ended.replies, ended.copies], ['none', [], false], 'it came and went');
  assert.equal(ended.msg, 'The incident is over; it had no card.');
});

test('somebody who acknowledges is on it, ends the reminders, and is asked after two hours, once', () => {
  const step = acknowledge(open(), sent, anna, hour);
  assert.deepEqual(step.incident.acknowledged, { by: anna.actor, at: hour, followedUp: false });
  assert.deepEqual([step.card, told(step), kinds(step)], ['edit', [['anna is on it.', false]], ['acknowledged']]);
  assert.throws(() => acknowledge(step.incident, sent, anna, 2 * hour), /You acknowledged #1 before, 1h ago/);
  const other = { actor: { kind: 'user', name: 'ops' }, name: 'ops' } as const;
  assert.deepEqual(told(acknowledge(step.incident, sent, other, 2 * hour)), [['ops takes over.', false]]);
  const look = (known: Incident, now: number) => due(known, sent, { now, maintenance: false, remindMs: hour });
  assert.equal(look(step.incident, 3 * hour - 1), null);
  const asked = look(step.incident, 3 * hour);
  assert.deepEqual(told(asked as Step), [['<@U1>, this is still open after 3h. How is it going?', false]]);
  assert.equal(look(asked?.incident as Incident, 30 * hour), null);
});

test('a silence lasts its time, or until the end; then what is still open is told', () => {
  const step = silence(2 * hour, 'for 2h')(open(), sent, anna, 0);
  assert.deepEqual([step.incident.silenced?.until, told(step)], [2 * hour, [['anna silenced it for 2h.', false]]]);
  const look = (known: Incident, now: number) => due(known, sent, { now, maintenance: false, remindMs: hour });
  assert.equal(look(step.incident, 2 * hour - 1), null, 'no reminder meanwhile');
  const over = look(step.incident, 2 * hour) as Step;
  assert.deepEqual([over.incident.silenced, over.replies[0]?.broadcast], [null, true]);
  const forever = silence(null, 'until it is solved')(open(), sent, anna, 0);
  assert.equal(look(forever.incident, 1_000 * hour), null);
  assert.throws(
    () => silence(null, 'until it is solved')(forever.incident, sent, anna, 1),
    /until it is solved already/,
  );
  assert.equal(endSilence(forever.incident, sent, anna, 1).incident.silenced, null);
  assert.throws(() => endSilence(open(), sent, anna, 1), /is not silenced/);
});

test('an incident that was resolved by hand opens again only with something new, or after its end', () => {
  const { incident: over, replies, history } = resolve('new disk')(open(), sent, anna, hour);
  assert.deepEqual([over.status, over.resolvedAt, over.resolvedBy], ['resolved', hour, anna.actor]);
  assert.deepEqual(replies, [{ text: 'Resolved after 1h by anna: new disk', broadcast: false }]);
  assert.deepEqual(
    history.map(({ kind, text }) => [kind, text]),
    [
      ['resolved', 'after 1h'],
      ['note', 'new disk'],
    ],
  );
  const [shouts] = resolve('a & <!channel>')(open(), sent, anna, hour).replies;
  assert.match(shouts?.text ?? '', /: a &amp; &lt;!channel&gt;$/, 'a note mentions nobody');
  assert.throws(() => resolve('')(over, sent, anna, 2 * hour), WrongState);
  assert.match(observe(over, sent, report('firing'), given).msg, /resolved by hand/);
  assert.equal((observe(over, sent, report('firing', { digest: 'new' }), given) as Step).card, 'post');
  const ends = observe(over, sent, report('resolved'), given) as Step;
  assert.deepEqual([ends.card, ends.history], ['none', []]);
  assert.equal((observe(ends.incident, sent, report('firing'), given) as Step).card, 'post');
});

test('reminders count from the last telling: a restart or a jump of the clock neither repeats nor skips one', () => {
  const look = (known: Incident, now: number, card: CardInLedger = sent) =>
    due(known, card, { now, maintenance: false, remindMs: 4 * hour });
  const known = open({ toldAt: hour });
  assert.equal(look(known, 5 * hour - 1), null);
  const first = look(known, 5 * hour) as Step;
  assert.match(first.replies[0]?.text ?? '', /^\*Disk full\* is open for 5h \(firing\), and nobody is on it\.$/);
  assert.equal(look(first.incident, 5 * hour), null, 'told once');
  assert.equal((look(first.incident, 500 * hour) as Step).replies.length, 1, 'one, however long the clock jumped');
  const back = look(open({ toldAt: 500 * hour }), 2 * hour) as Step;
  assert.deepEqual(
    [back.incident.toldAt, back.replies],
    [2 * hour, []],
    'a clock that was ahead does not delay the next one',
  );
  const stopped = stopReminding(known, sent, anna, hour).incident;
  assert.equal(look(stopped, 500 * hour), null);
  assert.throws(() => stopReminding(stopped, sent, anna, hour), /stopped already/);
  assert.equal(due(known, sent, { now: 500 * hour, maintenance: false, remindMs: null }), null);
  assert.equal(due(known, sent, { now: 500 * hour, maintenance: true, remindMs: hour }), null);
});

test('a card that is gone from Slack or expired is posted anew, one that Slack refused with the next reminder', () => {
  const look = (card: CardInLedger, now = 1) => due(open(), card, { now, maintenance: false, remindMs: 4 * hour });
  for (const card of [
    { state: 'withdrawn', pending: null, error: 'message_not_found' },
    { state: 'sent', pending: null, error: 'edit_window_closed' },
    { state: 'expired', pending: null, error: 'time to live ran out' },
  ] as const) {
    const step = look(card);
    assert.deepEqual([step?.card, kinds(step)], ['post', ['posted again']], card.state);
  }
  const failed = { state: 'failed', pending: null, error: 'channel_not_found' } as const;
  assert.equal(look(failed), null);
  assert.deepEqual([look(failed, 4 * hour)?.card, look(failed, 4 * hour)?.replies], ['post', []]);
  assert.equal(look({ state: 'withdrawn', pending: null, error: null }), null, 'somebody took it back');
  assert.equal(look({ state: 'sent', pending: 'update', error: 'HTTP 500' }), null);
});
