import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { blocksOf } from '../../src/destinations/slack/index.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { inSlack } from '../../src/domain/destination.ts';
import { redact } from '../../src/lib/redact.ts';
import { clientOptions, createApi } from '../../src/slack/api.ts';
import { createSlack, SlackMisconfigured, type SlackOptions, slackManifest } from '../../src/slack/index.ts';
import { checkOptions } from '../../src/slack/options.ts';
import { eventually, withRig } from './support.ts';

const options = (more: Partial<SlackOptions> = {}): SlackOptions => ({
  blocksOf,
  botToken: 'xoxb-1',
  appToken: 'xapp-1',
  apiUrl: 'https://slack.com/api',
  clock: systemClock,
  log: pino({ level: 'silent' }),
  onError() {},
  ...more,
});

describe('settings', () => {
  it('only those that cannot work are refused, without showing them', async () => {
    const wrong: [Partial<SlackOptions>, RegExp][] = [
      [{ botToken: 'xoxp-secret' }, /bot token must start with xoxb-/],
      [{ botToken: '' }, /bot token/],
      [{ appToken: 'xoxb-secret' }, /app token must start with xapp-/],
      [{ apiUrl: 'slack.com' }, /API address "slack.com" is no URL/],
      [{ apiUrl: 'ftp://slack.com/' }, /is no URL/],
      [{ apiUrl: 'http://slack.com/api/' }, /is plain http, and the tokens go there; write https/],
    ];
    for (const [more, message] of wrong) {
      await assert.rejects(createSlack(options(more)), (error) => {
        assert.ok(error instanceof SlackMisconfigured);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret$/);
        return true;
      });
    }
    assert.equal(checkOptions(options()).apiUrl.href, 'https://slack.com/api/');
  });
});

describe('faults of the SDK', () => {
  it('fault 1: each call leaves with its own token, whatever token came before', () =>
    withRig({ fake: { teams: [{ id: 'T1' }, { id: 'T2' }] }, start: false }, async ({ fake }) => {
      const setup = checkOptions(options({ apiUrl: fake.apiUrl }));
      const client = new WebClient(undefined, clientOptions(setup));
      const status = { authOk() {}, authLost() {} };
      for (const team of ['T1', 'T2', 'T1']) {
        const { botToken } = fake.team(team);
        const api = createApi(client, { ...setup, token: () => botToken }, status);
        await api.call('chat.postMessage', { channel: fake.team(team).channels[0]?.id, text: 'x' });
        assert.equal(fake.calls.at(-1)?.token, botToken);
        assert.equal(fake.posts.at(-1)?.team, team);
      }
      assert.equal('headers' in clientOptions(setup), false);
      assert.notEqual(clientOptions(setup), clientOptions(setup), 'a copy for each');
    }));

  it('fault 2: nothing is retried, for a retry after a lost answer posts twice', () => {
    assert.deepEqual(clientOptions(checkOptions(options())).retryConfig, { retries: 0 });
  });

  it('fault 8: a burst of messages does not cost a socket', () =>
    withRig({}, async (rig) => {
      const said = Array.from({ length: 300 }, (_, i) => rig.fake.say({ channel: 'C1', text: `burst ${i}` }));
      const deliveries = await Promise.all(said.map((one) => one.delivered));
      assert.ok(deliveries.flat().every((one) => one.acked && one.attempts === 1));
      assert.equal(rig.events.length, 300);
      assert.equal(rig.fake.sockets.count, 2);
    }));
});

describe('the whole', () => {
  it('logs no token and no ticket, at the lowest level either', () =>
    withRig({}, async (rig) => {
      await rig.slack.sender.post({ deliveryId: 'd', team: 'T1', destination: inSlack('C1'), text: 'hello' });
      await rig.fake.slashCommand({ text: 'status' });
      const log = rig.log.join('\n');
      assert.ok(log.includes('WSS URL'), 'the SDK does log here');
      for (const secret of [rig.fake.team().botToken, rig.fake.appToken]) assert.equal(log.includes(secret), false);
      assert.doesNotMatch(log, /ticket=[^[]/);
      assert.equal(
        redact('xoxb-1-a xapp-2-B xoxe.xoxp-3 https://hooks.slack.com/actions/T1/2/sEcRet?x'),
        '[redacted] [redacted] [redacted] https://hooks.slack.com/[redacted]',
      );
    }));

  it('what people write is logged at level trace only', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    await withRig({ slack: { log } }, async (rig) => {
      await rig.fake.say({ channel: 'C1', text: 'between us' }).delivered;
      assert.equal(lines.join().includes('between us'), false);
    });
  });

  it('our own posts come back as events of a bot', () =>
    withRig({}, async (rig) => {
      await rig.slack.sender.post({ deliveryId: 'd', team: 'T1', destination: inSlack('C1'), text: 'echo' });
      await eventually(() => rig.events.length === 1, 'the echo');
      const [event] = rig.events;
      assert.ok(event?.kind === 'message' && event.fromBot && event.user === event.botUser);
    }));

  it('a mention and its message are one', () =>
    withRig({}, async (rig) => {
      await rig.slack.directory.refresh();
      await rig.fake.say({ channel: 'C1', text: '<@UBOT> help' }).delivered;
      assert.equal(rig.events.length, 2);
      assert.equal(new Set(rig.events.map((event) => event.key)).size, 1);
      assert.ok(rig.events.every((event) => event.kind === 'message' && event.channelKind === 'channel'));
    }));

  it('an app that was removed is noticed at once', () =>
    withRig({}, async (rig) => {
      rig.fake.setTokenState('account_inactive');
      await rig.fake.sendEvent({ type: 'app_uninstalled' });
      await eventually(() => rig.slack.source.health().state === 'down', 'down');
      assert.match(rig.slack.source.health().detail, /account_inactive|app_uninstalled/);
      rig.fake.setTokenState('ok');
      await eventually(() => rig.slack.source.health().state === 'ok', 'good again');
    }));
});

describe('manifest', () => {
  it('for Socket Mode names no address', () => {
    const manifest = slackManifest({ mode: 'socket' });
    assert.equal(manifest.settings.socket_mode_enabled, true);
    assert.doesNotMatch(JSON.stringify(manifest), /https:|null/);
    assert.equal(manifest.features.slash_commands[0]?.should_escape, true);
  });

  it('for HTTP names all three', () => {
    for (const host of ['bot.example.org', 'https://bot.example.org/']) {
      const manifest = slackManifest({ mode: 'http', host });
      assert.equal(manifest.settings.socket_mode_enabled, false);
      const addresses = JSON.stringify(manifest).match(/https:[^"]+/g);
      assert.deepEqual(
        addresses?.sort(),
        ['commands', 'events', 'interactive'].map((path) => `https://bot.example.org/slack/${path}`),
      );
    }
  });

  it('has /heroku-status only when it is asked for, at the address of the original monitor', () => {
    assert.doesNotMatch(JSON.stringify(slackManifest({ mode: 'socket' })), /heroku/);
    const commands = slackManifest({ mode: 'http', host: 'bot.example.org', heroku: true }).features.slash_commands;
    assert.deepEqual(
      commands.map(({ command, ...more }) => [command, 'url' in more && more.url]),
      [
        ['/ultronex', 'https://bot.example.org/slack/commands'],
        ['/heroku-status', 'https://bot.example.org/slack/command'],
      ],
    );
  });

  it('asks for enough: everything works with these scopes and no more', async () => {
    const { scopes } = slackManifest({ mode: 'socket' }).oauth_config;
    const team = { id: 'T1', scopes: scopes.bot };
    await withRig({ fake: { teams: [team] }, slack: { channelNames: ['ops'] } }, async (rig) => {
      const { sender, directory } = rig.slack;
      const message = { deliveryId: 'd', team: 'T1', destination: inSlack('#strangers'), text: 'x' };
      const sent = await sender.post(message);
      assert.ok(sent.kind === 'sent');
      assert.equal((await sender.update(message, sent.value)).kind, 'sent');
      const direct = { ...message, destination: inSlack('U1') };
      const told = await sender.post(direct);
      assert.ok(told.kind === 'sent');
      assert.deepEqual(await sender.find(direct, Date.now()), told.value);
      const bytes = Buffer.from('x');
      const upload = { team: 'T1', channel: 'DU1', threadTs: told.value.ts, name: 'a.txt', bytes };
      assert.equal((await sender.upload(upload)).kind, 'sent');
      assert.equal((await sender.delete('T1', sent.value)).kind, 'sent');
      assert.equal(await directory.findChannel('secret'), 'C3');
      assert.deepEqual(rig.errors, []);
    });
  });
});
