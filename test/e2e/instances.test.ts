import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { alert, notification, resolved } from '../modules/incidents/notifications.ts';
import { startInstances } from '../support/instances.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { eventually, type Program } from '../support/program.ts';
import { takesLessThan } from '../support/soon.ts';

const database = await openTestDatabase('several instances on one database');
if (database !== null) {
  describe('two instances on one database', { timeout: 240_000 }, async () => {
    const closing: (() => unknown)[] = [];
    after(async () => {
      for (const close of closing.reverse()) await close();
      await database.close();
    });
    const suite = { after: (close: () => unknown) => void closing.push(close) };
    const { slack, target, instances, eventsTo } = await startInstances(suite as never, await database.newDatabase());
    const [a, b] = instances as [Program, Program];
    const botPosts = (text: RegExp) => slack.botPosts.filter((post) => text.test(post.text));
    const post = (to: Program, channel: string, text: string) =>
      to.api('POST', '/ultronex/slack', { msg: { channel, text } });

    it('a pattern that is tracked by one is matched by the other within a second', async (t) => {
      eventsTo(0);
      const words = ['needle', 'pin', 'thread', 'thimble', 'scissors'];
      await takesLessThan(1_000, async () => {
        const word = words.shift() ?? '';
        slack.say({ channel: 'C1', user: 'U1', text: `<@UBOT> forward ${word}` });
        await slack.until(() => botPosts(new RegExp(word))[0]);
        const began = performance.now();
        await eventually('b tracks it', async () => (await b.api('GET', '/ultronex/track')).body[word] === 'U1');
        t.diagnostic(`known to the other after ${Math.round(performance.now() - began)} ms at most`);
        return performance.now() - began;
      });
      eventsTo(1);
      slack.say({ channel: 'C1', user: 'U2', text: 'a needle in the hay' });
      await slack.until(() => slack.botPosts.find(({ channel }) => channel === 'DU1'));
    });

    it('a button under a message that one sent is answered by the other', async () => {
      const forward = slack.botPosts.find(({ channel }) => channel === 'DU1');
      assert.ok(forward);
      eventsTo(0);
      const pressed = await slack.pressButton({
        ...{ action_id: 'command:mute', value: 'mute 1h', user: 'U1' },
        ...{ channel: forward.channel, ts: forward.ts },
      });
      assert.equal(pressed.acked, true);
      eventsTo(1);
      await eventually('the other knows the mute', async () => {
        const { text } = await slack.slashCommand({ command: '/ultronex', text: 'track', user: 'U1', channel: 'C1' });
        return /mute/i.test(text ?? '');
      });
    });

    it('live feed, messages and statistics of one have what the other sent', async (t) => {
      const stop = new AbortController();
      t.after(() => stop.abort());
      const authorization = `Basic ${Buffer.from(`${b.user}:${b.password}`).toString('base64')}`;
      const stream = await fetch(`${b.url}/ultronex/events`, { headers: { authorization }, signal: stop.signal });
      let live = '';
      void (async () => {
        for await (const chunk of stream.body ?? []) live += Buffer.from(chunk).toString();
      })().catch(() => {});
      const ids: string[] = [];
      for (let index = 0; index < 6; index += 1) {
        const { status, body } = await post(index % 2 === 0 ? a : b, `C${1 + (index % 3)}`, `message ${index}`);
        assert.equal(status, 200);
        ids.push(body.id);
      }
      await eventually('all are sent', () => botPosts(/^message \d$/).length === 6);
      await eventually('all are in the live feed of b', () => ids.every((id) => live.includes(id)));
      for (const each of [a, b]) {
        const { body } = await each.api('GET', '/ultronex/messages?state=sent');
        assert.ok(ids.every((id) => body.messages.some((message: { id: string }) => message.id === id)));
      }
      const total = slack.botPosts.length;
      await eventually('both count the same', async () => {
        const stats = await Promise.all([a, b].map(async (each) => (await each.api('GET', '/ultronex/stats')).body));
        const [one, other] = stats.map(({ uptime: _, started_at: __, snapshot: ___, ...counts }) => counts);
        assert.ok(one.total_messages_slacked >= total - 1, 'canaries come besides');
        try {
          assert.deepEqual(one, other);
          return true;
        } catch {
          return false;
        }
      });
    });

    it('an incident that a hook opens at one is acknowledged and ended at the other', async () => {
      assert.equal((await a.api('POST', '/ultronex/hooks/alertmanager', notification([alert()]))).status, 200);
      const { status, body } = await b.api('POST', '/ultronex/incidents/1/ack', {});
      assert.deepEqual([status, body.incident.state], [200, 'acknowledged']);
      assert.equal((await a.api('GET', '/ultronex/incidents/1')).body.state, 'acknowledged');
      const end = await b.api('POST', '/ultronex/hooks/alertmanager', resolved(notification([alert()])));
      assert.equal(end.status, 200);
      assert.equal((await a.api('GET', '/ultronex/incidents/1')).body.state, 'resolved');
    });

    it('a maintenance window that one opens holds at the other', async () => {
      const opened = await b.api('POST', '/ultronex/incidents/maintenance', { for: '1h' });
      assert.equal(opened.status, 201);
      assert.equal((await a.api('GET', '/ultronex/incidents/maintenance')).body.maintenance.length, 1);
      assert.equal((await a.api('DELETE', '/ultronex/incidents/maintenance')).status, 200);
      assert.equal((await b.api('GET', '/ultronex/incidents/maintenance')).body.maintenance.length, 0);
    });

    it('a beat that fails at one is well again by a ping at the other, and both show it', async () => {
      const stateAt = async (of: Program) => {
        const { body } = await of.api('GET', '/ultronex/beats');
        return body.beats.find(({ name }: { name: string }) => name === 'nightly')?.state;
      };
      const card = () => slack.botPosts.find(({ text, thread_ts }) => /Beat nightly/.test(text) && !thread_ts);
      for (const [fails, heals] of [
        [b, a],
        [a, b],
      ] as const) {
        assert.equal((await fails.api('POST', '/ultronex/beat/nightly/3', 'no space left')).body, 'OK');
        await eventually('both show the failure', async () => {
          return (await stateAt(a)) === 'failed' && (await stateAt(b)) === 'failed';
        });
        await eventually('a card', card);
        assert.equal((await heals.api('POST', '/ultronex/beat/nightly')).body, 'OK');
        await eventually('both show that it is well', async () => {
          return (await stateAt(a)) === 'ok' && (await stateAt(b)) === 'ok';
        });
        await eventually('the end of the card', () =>
          slack.posts.some(({ text }) => /:white_check_mark:.*nightly/.test(text)),
        );
      }
    });

    it('the checks that one runs are shown and made at the other', async () => {
      const stateAt = async (of: Program) => (await of.api('GET', '/ultronex/checks/shop')).body.state;
      await eventually(
        'both show that it is up',
        async () => (await stateAt(a)) === 'up' && (await stateAt(b)) === 'up',
      );
      target.answers.set('/shop', { kind: 'reply', status: 503 });
      await eventually('b shows that it is down', async () => (await stateAt(b)) === 'down', 40_000);
      target.answers.delete('/shop');
      const made = await b.api('POST', '/ultronex/checks/shop/run');
      assert.deepEqual([made.status, made.body.result?.ok], [200, true]);
      assert.deepEqual(await Promise.all([stateAt(a), stateAt(b)]), ['up', 'up']);
    });

    it('a job that is started at one is followed there and stopped at the other', async () => {
      for (const [starts, stops] of [
        [b, a],
        [a, b],
      ] as const) {
        await takesLessThan(5_000, async () => {
          const { status, body } = await starts.api('POST', '/ultronex/jobs/sleep', {});
          assert.equal(status, 202);
          const log = starts.api('GET', `/ultronex/jobs/${body.id}/logs?follow`);
          await eventually(
            'it runs',
            async () => (await stops.api('GET', `/ultronex/jobs/${body.id}`)).body.state === 'running',
          );
          const asked = performance.now();
          assert.equal((await stops.api('DELETE', `/ultronex/jobs/${body.id}`)).status, 202);
          const text: string = (await log).body;
          assert.match(text, /data: waiting\n/);
          assert.match(text, /event: end\ndata: .*"state":"cancelled"/);
          return performance.now() - asked;
        });
      }
    });

    it('a reply that one gave is in cool-down at the other', async () => {
      for (const instance of [0, 1, 0, 1]) {
        eventsTo(instance);
        const said = slack.say({ channel: 'C1', user: 'U2', text: 'courage' });
        await said.delivered;
        // News takes some milliseconds, and up to 0.1 s under load.
        await new Promise((resolve) => setTimeout(resolve, 200));
        if (instance === 0) await slack.until(() => botPosts(/^Be brave/).length > 0);
      }
      await post(a, 'C1', 'the last one');
      await slack.until(() => botPosts(/^the last one/)[0]);
      assert.equal(botPosts(/^Be brave/).length, 1);
    });

    it('a wait that Slack asked one for is kept by the other', async () => {
      const { body } = await post(a, 'C2', 'to be edited');
      await slack.until(() => botPosts(/^to be edited/)[0]);
      slack.faults.add({ method: 'chat.update', kind: 'status', status: 429, retryAfterS: 4 });
      assert.equal((await a.api('PATCH', `/ultronex/messages/${body.id}`, { text: 'was edited' })).status, 202);
      const refused = await slack.until(() => slack.callsOf('chat.update').find(({ status }) => status === 429));
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (let index = 0; index < 6; index += 1)
        await post(index % 2 === 0 ? a : b, `C${1 + (index % 3)}`, `held ${index}`);
      await slack.until(() => botPosts(/^held \d/).length === 6);
      const calls = slack.callsOf('chat.postMessage').filter(({ args }) => /^held/.test(String(args.text)));
      const first = Math.min(...calls.map(({ at }) => at));
      assert.ok(first - refused.at > 3_500, `sent ${first - refused.at} ms after the refusal`);
    });

    it('a token that one creates works at the other at once, and is refused there once it is revoked', async () => {
      const created = await a.api('POST', '/ultronex/tokens', { name: 'ci', scopes: ['read'] });
      assert.equal(created.status, 201);
      const ask = async (of: Program) =>
        (await of.api('GET', '/ultronex/stats', undefined, { authorization: `Bearer ${created.body.token}` })).status;
      assert.deepEqual(await Promise.all([ask(a), ask(b)]), [200, 200]);
      assert.equal((await a.api('DELETE', '/ultronex/tokens/ci')).status, 200);
      assert.deepEqual(await Promise.all([ask(a), ask(b)]), [401, 401]);
    });

    it('the same Idempotency-Key posts once, whichever instances get the requests', async () => {
      const same = await Promise.all(
        [a, b, a, b].map((each) =>
          each.api(
            'POST',
            '/ultronex/slack',
            { msg: { channel: 'C1', text: 'only once' } },
            { 'idempotency-key': 'k' },
          ),
        ),
      );
      assert.equal(new Set(same.map(({ body }) => body.id)).size, 1);
      await slack.until(() => botPosts(/^only once/)[0]);
    });
  });
}
