import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import Fastify from 'fastify';
import { readAssignments } from '../../src/domain/assignments.ts';
import type { CommandRequest } from '../../src/domain/event.ts';
import type { Form, FormField } from '../../src/domain/form.ts';
import type { Handled } from '../../src/ports/source.ts';
import { errorsOf, modalOf, submissionToCommand } from '../../src/slack/forms.ts';
import { eventually, makeRig, type Rig, withRig } from './support.ts';

const field = (name: string, more: Partial<FormField> = {}): FormField => ({
  ...{ name, label: name, hint: '', type: 'text', default: null, required: false, choices: [], longest: 3_000 },
  ...more,
});
const form = (...fields: FormField[]): Form => ({
  title: 'Run greet',
  about: 'says hello',
  command: 'run greet',
  fields,
});
const greet = form(
  field('NAME', { default: 'World', required: true, hint: 'Who is greeted.' }),
  field('TIMES', { type: 'number' }),
  field('TO', { type: 'choice', choices: ['staging', 'production'] }),
  field('LOUD', { type: 'yes-no', default: 'false' }),
);
const usage = 'Example: run greet NAME=World';
const answered = (reply: Handled['reply']): Handled => ({ duplicate: false, reply });

describe('forms over Socket Mode', () => {
  let rig: Rig;
  before(async () => {
    rig = await makeRig();
  });
  after(() => rig.stop());
  afterEach(() => {
    rig.events.length = 0;
    rig.fake.views.length = 0;
    rig.fake.ephemerals.length = 0;
  });
  const commands = () => rig.events.filter((event): event is CommandRequest => event.kind === 'command');

  /** Opens the form of a slash command, after which each command is answered with `reply`. */
  async function open(reply: Handled['reply'] = { text: 'Started.', isPosted: true }, shown = greet) {
    rig.handle = async () => answered({ text: usage, form: shown });
    const asked = await rig.fake.slashCommand({ text: 'run greet', user: 'U2', channel: 'C2' });
    rig.handle = async () => answered(reply);
    rig.events.length = 0;
    return asked;
  }

  it('a slash command opens the form in place of its reply', async () => {
    const asked = await open();
    assert.deepEqual([asked.acked, asked.body], [true, {}]);
    const [modal, ...more] = rig.fake.views;
    assert.deepEqual([modal?.user, modal?.open, more], ['U2', true, []]);
    assert.equal(rig.fake.ephemerals.length, 0);
  });

  it('a button opens it, too', async () => {
    rig.handle = async () => answered({ text: usage, form: greet });
    const { ts } = rig.fake.say({ channel: 'C2', text: 'card' });
    const button = { action_id: 'command:run', value: 'run greet', channel: 'C2', user: 'U2', ts };
    const pressed = await rig.fake.pressButton(button);
    await rig.fake.until(() => rig.fake.views.length === 1);
    assert.deepEqual(pressed.responses, []);
  });

  it('the sent form gives its command in the channel where it was opened, and closes', async () => {
    await open();
    const values = { NAME: 'Ada “the first” \\ <@U1>', TIMES: '2', TO: 'production' };
    const sent = await rig.fake.submitView({ values });
    assert.deepEqual([sent.acked, sent.body, rig.fake.views[0]?.open], [true, {}, false]);
    const [command] = commands();
    assert.equal(command?.key, `T1:view:${rig.fake.views[0]?.id}`);
    assert.deepEqual([command.team, command.channel, command.user], ['T1', 'C2', 'U2']);
    assert.match(command.text, /^run greet NAME="/);
    assert.deepEqual(readAssignments(command.text.slice('run greet '.length)), { ...values, LOUD: 'false' });
    assert.equal(rig.fake.ephemerals.length, 0);
  });

  it('empty fields are no arguments, and none at all are two hyphens', async () => {
    await open(undefined, form(field('A', { default: 'x' }), field('B', { type: 'number' })));
    await rig.fake.submitView({ values: { A: null } });
    assert.equal(commands()[0]?.text, 'run greet --');
  });

  it('what is wrong is shown at its field and the form stays open, until it is right', async () => {
    await open({ text: 'no', wrong: { TIMES: 'TIMES "0" is too small.', NAME: 'Give a name.' } });
    await rig.fake.submitView({ values: { TIMES: '0' } });
    const [modal] = rig.fake.views;
    assert.deepEqual(modal?.errors, { TIMES: 'TIMES "0" is too small.', NAME: 'Give a name.' });
    assert.equal(modal?.open, true);
    rig.handle = async () =>
      answered({ text: 'All places are taken.', wrong: { '': 'All places are taken.', X: 'x' } });
    await rig.fake.submitView();
    assert.deepEqual(modal?.errors, { NAME: 'All places are taken. x' });
    rig.handle = async () => {
      throw new Error('disk full');
    };
    await rig.fake.submitView();
    assert.match(modal?.errors.NAME ?? '', /nothing was changed/);
    rig.handle = async () => answered({ text: 'Started.', isPosted: true });
    await rig.fake.submitView({ values: { TIMES: '2' } });
    assert.deepEqual([modal?.errors, modal?.open], [{}, false]);
  });

  it('a reply that no message shows is told to the sender alone', async () => {
    await open({ text: 'Changed by somebody else.' });
    await rig.fake.submitView();
    await rig.fake.until(() => rig.fake.ephemerals.length === 1);
    const [told] = rig.fake.ephemerals;
    assert.deepEqual([told?.text, told?.channel, told?.ephemeralTo], ['Changed by somebody else.', 'C2', 'U2']);
  });

  it('a form that takes long closes in time, and what is wrong is told afterwards', async () => {
    await open();
    let finish = () => {};
    rig.handle = () =>
      new Promise((resolve) => (finish = () => resolve(answered({ text: 'NAME is missing.', wrong: { NAME: 'x' } }))));
    const sent = await rig.fake.submitView();
    assert.deepEqual([sent.acked, sent.body], [true, {}]);
    finish();
    await rig.fake.until(() => rig.fake.ephemerals.length === 1);
    assert.equal(rig.fake.ephemerals[0]?.text, 'NAME is missing.');
  });

  it('a form that cannot be opened is answered with the text', async () => {
    for (const error of ['expired_trigger_id', 'internal_error']) {
      rig.fake.faults.add({ method: 'views.open', kind: 'error', error });
      assert.equal((await open()).text, usage, error);
    }
    assert.equal(
      rig.errors.filter((text) => text.includes('trigger')).length,
      0,
      'a late trigger is no error of Slack',
    );
    const long = await open(undefined, form(field('A', { default: 'x'.repeat(3_001) })));
    assert.equal(long.text, usage, 'a modal cannot show it');
    assert.equal(rig.fake.views.length, 0);
  });

  it('a form is shown whatever its texts and choices are', async () => {
    const odd = form(
      field('A', { type: 'choice', choices: Array.from({ length: 101 }, (_, at) => `${at}`) }),
      field('B', { type: 'choice', choices: ['x'.repeat(76)], hint: 'h'.repeat(3_000), label: 'l'.repeat(3_000) }),
      field('C', { type: 'choice', choices: ['a', 'b'], default: 'c' }),
      field('D', { type: 'number', default: '' }),
      field('E', { type: 'choice', choices: ['', 'a'] }),
    );
    await open(undefined, { ...odd, title: 'Run a job with a long name 😀😀', about: '' });
    assert.equal(rig.fake.views.length, 1);
    await rig.fake.submitView({ values: { A: '7', C: 'b' } });
    assert.equal(commands()[0]?.text, 'run greet A="7" C="b"');
  });

  it('a modal of somebody else, or one without its parts, is acknowledged and nothing else', async () => {
    await open();
    const [modal] = rig.fake.views;
    assert.ok(modal !== undefined);
    for (const change of [
      { callback_id: 'other' },
      { private_metadata: 'x' },
      { private_metadata: '{"command":7}' },
      { private_metadata: 'null' },
    ]) {
      const { view } = modal;
      modal.view = { ...view, ...change };
      assert.equal((await rig.fake.submitView({ again: true })).acked, true);
      modal.view = view;
    }
    assert.deepEqual(commands(), []);
  });
});

it('forms work over HTTP', () =>
  withRig({ slack: { appToken: undefined, signingSecret: 'test-signing-secret' } }, async (rig) => {
    const server = Fastify();
    await server.register(rig.slack.plugin);
    const at = await server.listen({ port: 0, host: '127.0.0.1' });
    try {
      rig.fake.deliverTo({ commandsUrl: `${at}/slack/commands`, interactiveUrl: `${at}/slack/interactive` });
      await eventually(() => rig.slack.identity() !== null, 'contact');
      rig.handle = async () => answered({ text: usage, form: greet });
      const asked = await rig.fake.slashCommand({ text: 'run greet' });
      assert.deepEqual([asked.outcome, asked.body, rig.fake.views.length], [200, {}, 1]);
      rig.handle = async () => answered({ text: 'no', wrong: { NAME: 'Give a name.' } });
      await rig.fake.submitView();
      assert.deepEqual(rig.fake.views[0]?.errors, { NAME: 'Give a name.' });
      rig.handle = async () => answered({ text: 'Started.', isPosted: true });
      await rig.fake.submitView();
      assert.equal(rig.fake.views[0]?.open, false);
    } finally {
      await server.close();
    }
  }));

it('a form without fields, with too many, or whose command is too long is no modal', () => {
  const many = (count: number) => form(...Array.from({ length: count }, (_, at) => field(`A${at}`)));
  assert.equal(modalOf(many(0), 'C1'), null);
  assert.equal(modalOf(many(100), 'C1'), null);
  assert.notEqual(modalOf(many(99), 'C1'), null);
  assert.equal(modalOf({ ...many(1), command: 'x'.repeat(3_000) }, 'C1'), null);
});

it('a payload of another shape is no command, and errors need no blocks', () => {
  const view = { id: 'V1', private_metadata: '{"command":"run greet","channel":"C1"}' };
  const body = { user: { id: 'U1' }, team: { id: 'T1' } };
  assert.equal(submissionToCommand(body, view)?.text, 'run greet --');
  assert.match(submissionToCommand(body, view)?.key ?? '', /^T\w+:view:V/, 'of its team, so that an erase finds it');
  assert.equal(
    submissionToCommand(body, { ...view, state: { values: { A: { value: { value: 7 } }, B: 3, C: null } } })?.text,
    'run greet --',
  );
  for (const [one, other] of [
    [{}, view],
    [body, {}],
    [body, { ...view, id: 7 }],
    [{ user: null }, view],
  ] as const) {
    assert.equal(submissionToCommand(one, other), null);
  }
  assert.deepEqual(errorsOf({ A: 'x' }, {}), { A: 'x' });
});
