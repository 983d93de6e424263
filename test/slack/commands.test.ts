import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import { blocksOf } from '../../src/destinations/slack/index.ts';
import { inSlack } from '../../src/domain/destination.ts';
import type { CommandRequest } from '../../src/domain/event.ts';
import { actionToCommand, slashToCommand } from '../../src/slack/commands.ts';
import { eventually, makeRig, type Rig } from './support.ts';

describe('commands over Socket Mode', () => {
  let rig: Rig;
  before(async () => {
    rig = await makeRig();
  });
  after(() => rig.stop());
  afterEach(() => {
    rig.events.length = 0;
    rig.handle = async () => ({ duplicate: false, reply: null });
  });
  const commands = () => rig.events.filter((event): event is CommandRequest => event.kind === 'command');

  it('a slash command is answered for its giver only', async () => {
    rig.handle = async () => ({ duplicate: false, reply: { text: 'Nothing is tracked.' } });
    const reply = await rig.fake.slashCommand({ text: 'track', user: 'U2', channel: 'C2' });
    assert.deepEqual(reply.body, { response_type: 'ephemeral', text: 'Nothing is tracked.' });
    const [command] = commands();
    assert.match(String(command?.key), /^T1:cmd:trigger\./);
    const { key: _, trace: __, ...rest } = command ?? {};
    assert.deepEqual(rest, { kind: 'command', team: 'T1', channel: 'C2', user: 'U2', text: 'track' });
  });

  it('/heroku-status stands for the command heroku, with and without an app', async () => {
    for (const [text, line] of [
      ['', 'heroku'],
      [' shop ', 'heroku shop'],
      ['help', 'heroku help'],
    ] as const) {
      await rig.fake.slashCommand({ command: '/heroku-status', text, user: 'U2', channel: 'C2' });
      assert.equal(commands().at(-1)?.text, line);
    }
  });

  it('an answer with buttons has them, whether it is given at once or by response_url', async () => {
    const text = 'Restart web?';
    const buttons = [{ label: 'Restart', command: 'restart web', style: 'danger' as const }];
    const blocks = blocksOf({ text, buttons });
    rig.handle = async () => ({ duplicate: false, reply: { text, buttons } });
    const reply = await rig.fake.slashCommand({ text: 'restart web', user: 'U2', channel: 'C2' });
    assert.deepEqual(reply.body, { response_type: 'ephemeral', text, blocks });
    const { ts } = rig.fake.say({ channel: 'C2', text: 'card' });
    const button = { action_id: 'command:restart', value: 'restart web' };
    const pressed = await rig.fake.pressButton({ ...button, channel: 'C2', user: 'U2', ts });
    await rig.fake.until(() => pressed.responses.length === 1);
    assert.deepEqual(pressed.responses[0]?.body, { response_type: 'ephemeral', replace_original: false, text, blocks });
    assert.equal(commands().at(-1)?.text, 'restart web');
  });

  it('a button in the attachment of a coloured message gives its command, with an answer for its giver only', async () => {
    rig.handle = async () => ({ duplicate: false, reply: { text: 'Acknowledged.' } });
    const buttons = [{ label: 'Ack', command: 'ack 7' }];
    const card = { deliveryId: 'd', team: 'T1', destination: inSlack('C2'), text: 'Disk\nfull', buttons };
    const sent = await rig.slack.sender.post({ ...card, tone: 'critical' });
    assert.ok(sent.kind === 'sent');
    const { ts } = sent.value;
    const button = { action_id: 'command:ack', value: 'ack 7' };
    const pressed = await rig.fake.pressButton({ ...button, channel: 'C2', user: 'U2', ts });
    await rig.fake.until(() => pressed.responses.length === 1);
    assert.equal(pressed.responses[0]?.body.text, 'Acknowledged.');
    const [command] = commands();
    assert.deepEqual([command?.text, command?.channel, command?.user], ['ack 7', 'C2', 'U2']);
  });

  it('a command or button in a channel that another workspace hosts acts for ours', async () => {
    const body = {
      command: '/ultronex',
      team_id: 'T9',
      channel_id: 'C7',
      user_id: 'U1',
      text: 'track',
      trigger_id: 't-1',
    };
    const pressed = {
      type: 'block_actions',
      team: { id: 'T9' },
      user: { id: 'U1', team_id: 'T9' },
      channel: { id: 'C7' },
      trigger_id: 't-2',
      actions: [{ type: 'button', action_id: 'command:stop', value: 'stop id:s1', block_id: 'b' }],
    };
    const ofOrganisation = { ...pressed, team: null, is_enterprise_install: true, trigger_id: 't-3' };
    rig.fake.sockets.sendRaw({ type: 'slash_commands', envelope_id: randomUUID(), payload: body });
    for (const payload of [pressed, ofOrganisation]) {
      rig.fake.sockets.sendRaw({ type: 'interactive', envelope_id: randomUUID(), payload });
    }
    await eventually(() => commands().length === 3, 'three commands');
    assert.deepEqual(
      commands().map(({ team, channel }) => [team, channel]),
      Array.from({ length: 3 }, () => ['T1', 'C7']),
    );
  });

  it('a command without an answer is acknowledged all the same', async () => {
    const reply = await rig.fake.slashCommand({ text: '' });
    assert.equal(reply.acked, true);
    assert.deepEqual(reply.body, {});
    assert.equal(commands()[0]?.text, '');
  });

  it('one that takes long is acknowledged in time and answered afterwards', async () => {
    let finish = () => {};
    rig.handle = () =>
      new Promise((resolve) => (finish = () => resolve({ duplicate: false, reply: { text: 'at last' } })));
    const reply = await rig.fake.slashCommand({ text: 'xkcd' });
    assert.equal(reply.acked, true);
    assert.deepEqual(reply.body, {});
    finish();
    await rig.fake.until(() => reply.responses.length === 1);
    assert.deepEqual(reply.responses[0]?.body, {
      response_type: 'ephemeral',
      replace_original: false,
      text: 'at last',
    });
  });

  it('one that failed says so, for Slack does not send it again', async () => {
    rig.handle = async () => {
      throw new Error('disk full');
    };
    const reply = await rig.fake.slashCommand({ text: 'forward panic' });
    assert.match(String(reply.text), /nothing was changed/);
  });

  it('a button with a command as its value', async () => {
    rig.handle = async () => ({ duplicate: false, reply: { text: 'Muted for 1 hour.' } });
    const { ts } = rig.fake.say({ channel: 'C1', text: 'card' });
    const pressed = await rig.fake.pressButton({ action_id: 'command:mute', value: 'mute 1h', channel: 'C1', ts });
    assert.equal(pressed.acked, true);
    await rig.fake.until(() => pressed.responses.length === 1);
    assert.equal(pressed.responses[0]?.body.text, 'Muted for 1 hour.');
    assert.equal(commands()[0]?.text, 'mute 1h');
    assert.equal(rig.fake.posts.find((post) => post.ts === ts)?.text, 'card', 'the card stays');
  });

  it('other buttons, dialogs and unknown things are acknowledged and nothing else', async () => {
    const { ts } = rig.fake.say({ channel: 'C1', text: 'card' });
    const other = await rig.fake.pressButton({ action_id: 'open-link', value: 'mute 1h', channel: 'C1', ts });
    const empty = await rig.fake.pressButton({ action_id: 'command:none', channel: 'C1', ts });
    assert.deepEqual([other.acked, empty.acked], [true, true]);
    assert.deepEqual(commands(), []);
    const delivery = await rig.fake.sendEvent({ type: 'reaction_added', user: 'U1', item: { channel: 'C1' } });
    assert.deepEqual(delivery.statuses, ['acked']);
  });

  it('the answer goes to no address but one of Slack', async () => {
    rig.handle = async () => ({ duplicate: false, reply: { text: 'secret' } });
    const payload = {
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'U1' },
      channel: { id: 'C1' },
      trigger_id: 't1',
      response_url: 'http://169.254.169.254/latest/',
      actions: [{ type: 'button', action_id: 'command:status', value: 'status', block_id: 'b' }],
    };
    rig.fake.sockets.sendRaw({ type: 'interactive', envelope_id: randomUUID(), payload });
    await eventually(() => rig.log.some((line) => line.includes('response_url is not on one of Slack')), 'refusal');
    assert.equal(commands().length, 1);
  });

  it('an answer that Slack does not take is counted', async () => {
    rig.handle = async () => ({ duplicate: false, reply: { text: 'x' } });
    const { ts } = rig.fake.say({ channel: 'C1', text: 'card' });
    rig.fake.faults.add({ method: 'response_url', kind: 'status', status: 500 });
    await rig.fake.pressButton({ action_id: 'command:status', value: 'status', channel: 'C1', ts });
    await eventually(() => rig.errors.includes('Slack error : response HTTP 500'), 'counted');
    rig.fake.faults.add({ method: 'response_url', kind: 'drop' });
    await rig.fake.pressButton({ action_id: 'command:status', value: 'status', channel: 'C1', ts });
    await eventually(() => rig.errors.includes('Slack error : response network'), 'counted');
  });
});

describe('what becomes a command', () => {
  it('the envelope stands in for a missing trigger', () => {
    const body = { team_id: 'T1', channel_id: 'C1', user_id: 'U1' };
    assert.equal(slashToCommand(body, 'e-1')?.key, 'T1:cmd:e-1');
    assert.match(String(slashToCommand(body, undefined)?.key), /^T1:cmd:[0-9a-f]{8}$/);
    assert.equal(slashToCommand({ ...body, user_id: 7 }, 'e-1'), null);
  });

  it('a menu gives what was chosen', () => {
    const body = { team: { id: 'T1' }, user: { id: 'U1' }, channel: { id: 'C1' } };
    assert.equal(actionToCommand(body, { selected_option: { value: 'mute 2h' } }, 'e')?.text, 'mute 2h');
    assert.equal(actionToCommand(body, {}, 'e'), null);
    assert.equal(actionToCommand({}, { value: 'mute' }, 'e'), null);
    assert.equal(actionToCommand({ team: null, user: 1, channel: 'x' }, { value: 'mute' }, 'e'), null);
  });
});
