import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createContainerCommands } from '../../../src/modules/containers/commands.ts';
import type { Container } from '../../../src/modules/containers/container.ts';
import { createProtection } from '../../../src/modules/containers/protection.ts';
import { manualClock } from '../../support/clock.ts';
import { eventually } from '../../support/program.ts';
import { auditOf, startSite } from './support.ts';

async function start(t: TestContext, env: Record<string, string> = {}) {
  const labels = { 'com.docker.compose.service': 'web' };
  const more = [
    { name: 'stack-web-1', labels, health: 'unhealthy' },
    { name: 'stack-web-2', labels },
  ];
  const site = await startSite(t, { CONTROL_USERS: 'U1, U7', ...env }, more);
  /** In the simulator, where U1 is alice and U2 is bob. */
  const say = async (text: string, user = 'U1'): Promise<string> =>
    (await site.api.call('POST', '/simulator/commands', { channel: 'ops', user, text })).body.reply;
  const buttons = async () => (await site.api.call('GET', '/simulator/state')).body.messages.at(-1).buttons;
  return { ...site, say, buttons };
}

describe('`containers`', () => {
  it('lists running and stopped containers', async (t) => {
    const { say } = await start(t);
    // The CPU is known from the second reading on, which a busy machine may have had by now.
    const told = (await say('containers')).replace(/ · CPU \d+\.\d %/g, '');
    assert.deepEqual(told.split('\n'), [
      '• `agent` running · 57 MiB',
      '• :warning: `job` exited',
      '• `stack-docker-read-1` running · 57 MiB',
      '• `stack-haproxy-1` running · 57 MiB · 2 restarts',
      '• `stack-loki-1` running, healthy · 57 MiB of 320 MiB',
      '• `stack-ultronex-1` running · 57 MiB',
      '• :warning: `stack-web-1` running, unhealthy · 57 MiB',
      '• `stack-web-2` running · 57 MiB',
    ]);
  });

  it('is open to everybody, listed in `help`, and has the reason when Docker does not answer', async (t) => {
    const { say, docker } = await start(t);
    assert.match(await say('help', 'U2'), /`restart &lt;container&gt;`/);
    await docker.close();
    await eventually('the end of what is remembered', async () =>
      /^Docker does not answer at 127\.0\.0\.1:\d+: nothing listens there\.$/.test(await say('containers', 'U2')),
    );
  });
});

describe('`restart`', () => {
  it('asks for confirmation with a button, and restarts when it is pressed', async (t) => {
    const { say, buttons, api, docker, dataDir, audited } = await start(t);
    assert.equal(await say('restart stack-loki-1'), 'Restart `stack-loki-1`? It is Up 3 hours.');
    const [button, ...others] = await buttons();
    assert.deepEqual(button, { label: 'Restart stack-loki-1', value: 'restart stack-loki-1 yes', danger: true });
    assert.deepEqual([others, docker.acts, audited()], [[], [], []]);
    const pressed = await api.call('POST', '/simulator/actions', { channel: 'ops', user: 'U1', value: button.value });
    assert.equal(pressed.body.reply, 'Restarted `stack-loki-1`.');
    assert.deepEqual(docker.acts, ['restart stack-loki-1']);
    assert.deepEqual(audited(), ['restart stack-loki-1: begun', 'restart stack-loki-1: done']);
    const { actor, from } = auditOf(dataDir)[0] ?? {};
    assert.deepEqual([actor, from?.[0]], [{ kind: 'slack', name: 'U1' }, 'C']);
  });

  it('accepts the name of a service, unless it has several containers', async (t) => {
    const { say, docker } = await start(t);
    assert.equal(await say('restart web'), '`web` has 2 containers: `stack-web-1`, `stack-web-2`.');
    assert.match(await say('restart `loki`'), /^Restart `stack-loki-1`\?/);
    assert.match(await say('restart nobody'), /^There is no container `nobody`/);
    assert.deepEqual(docker.acts, []);
  });

  it('is for CONTROL_USERS only; refusals of others are in the audit log', async (t) => {
    const { say, docker, audited } = await start(t);
    const why = 'You may not restart containers; CONTROL_USERS and USERS_FILE list who may.';
    assert.equal(await say('restart stack-loki-1 yes', 'U2'), why);
    assert.deepEqual(audited(), [`restart stack-loki-1: refused, ${why}`]);
    const nobody = await start(t, { CONTROL_USERS: '' });
    assert.match(await nobody.say('restart stack-loki-1'), /^You may not restart containers/);
    assert.deepEqual([docker.acts, nobody.docker.acts], [[], []]);
  });

  it('is not for a guest, even when guests may give commands and CONTROL_USERS lists one', async (t) => {
    const everybody = Array.from({ length: 20 }, (_, number) => `U${number}`).join(',');
    const { say, api, docker } = await start(t, { CONTROL_USERS: everybody, ALLOW_EXTERNAL_USERS: 'true' });
    const { body } = await api.call('GET', '/simulator/state');
    const { id } = body.users.find(({ guest }: { guest?: boolean }) => guest);
    assert.match(await say('containers', id), /stack-loki-1/, 'a guest may give commands');
    assert.match(await say('restart stack-loki-1 yes', id), /^You may not restart containers/);
    assert.deepEqual(docker.acts, []);
  });

  it('has the reason when the restart is not allowed', async (t) => {
    const { say, docker, audited } = await start(t);
    assert.match(await say('restart ultronex'), /^`stack-ultronex-1`: This is Ultronex itself/);
    assert.match(await say('restart ultronex yes'), /^stack-ultronex-1: This is Ultronex itself/);
    assert.match(audited().join(), /^restart stack-ultronex-1: refused, This is Ultronex/);
    docker.beforeAct = () => {
      throw new Error('no <space> left');
    };
    assert.equal(await say('restart loki yes'), 'Docker: no &lt;space&gt; left');
    const off = await start(t, { DOCKER_ACT_URL: '' });
    for (const text of ['restart loki', 'restart loki yes']) assert.match(await off.say(text), /COMPOSE_PROFILES/);
    assert.deepEqual(docker.acts, []);
  });

  for (const args of ['', ' loki now', ' loki yes please', ' <!channel>', ` ${'x'.repeat(129)}`]) {
    it(`is explained in the reply to "restart${args.slice(0, 20)}"`, async (t) => {
      const { say, audited } = await start(t);
      const reply = 'Say which one: `restart &lt;container&gt;`. `containers` lists them.';
      assert.equal(await say(`restart${args}`, 'U2'), reply);
      assert.deepEqual(audited(), []);
    });
  }

  it('answers within Slack’s 3 s, however long Docker takes', async () => {
    const clock = manualClock();
    const never = () => new Promise<never>(() => {});
    const control = { act: never, refuse: never, state: never, find: never, begin: never };
    const protection = createProtection('host');
    const commands = createContainerCommands({
      ...{ readings: { read: never }, control, protection, clock, twoPerson: false },
    });
    const say = async (name: string, args: string) => {
      const asked = {
        team: 'T1',
        user: 'U1',
        channel: 'C1',
        role: 'operator' as const,
        isMember: async () => true,
        args,
        now: 0,
      };
      const answer = commands.find((each) => each.name === name)?.run(asked, {} as never);
      await clock.advance(2_000);
      return (await answer)?.reply;
    };
    assert.equal(await say('containers', ''), 'Docker did not answer in time; please try again.');
    for (const args of ['web', 'web yes'])
      assert.equal(await say('restart', args), 'Docker did not answer in time; please try again.');
  });

  it('returns the effect; the reply for a slow restart names the container', async () => {
    const container = { name: 'stack-web-1', service: 'web', labels: {} } as unknown as Container;
    const control = { act: () => assert.fail('acted'), state: async () => ({ control: true, hint: null }) };
    const commands = createContainerCommands({
      ...{ readings: { read: async () => ({ containers: [container] }) as never }, control: control as never },
      ...{ protection: createProtection('host'), clock: manualClock(), twoPerson: false },
    });
    const asked = {
      team: 'T1',
      user: 'U1',
      channel: 'C1',
      role: 'operator' as const,
      isMember: async () => true,
      args: 'web yes',
      now: 0,
    };
    const answer = await commands.find(({ name }) => name === 'restart')?.run(asked, {} as never);
    const [effect, ...others] = answer?.effects ?? [];
    assert.deepEqual([effect?.name, effect?.argument, others], ['restart', '{"container":"stack-web-1"}', []]);
    assert.match(effect?.late ?? '', /^The restart of `stack-web-1` takes longer than usual\./);
  });
});
