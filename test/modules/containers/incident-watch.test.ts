import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { createDockerReader } from '../../../src/docker/index.ts';
import { createIncidentWatch } from '../../../src/modules/containers/incident-watch.ts';
import { watchContainers } from '../../../src/modules/containers/watch.ts';
import { startFakeDocker } from '../../fakes/docker/fake-docker.ts';
import { type FakeContainer, frame } from '../../fakes/docker/world.ts';
import { settled } from '../../support/clock.ts';
import { eventually } from '../../support/program.ts';
import { openIncidents } from '../incidents/support.ts';
import { startSite } from './support.ts';

const compose = (service: string, project = 'shop') => ({
  'com.docker.compose.service': service,
  'com.docker.compose.project': project,
});

/** An engine, and programs with one store whose incidents are the real ones. */
async function start(t: TestContext) {
  const world = await openIncidents(t);
  const { clock } = world;
  const fake = await startFakeDocker();
  fake.now = clock.now;
  t.after(() => fake.close());
  let busy = 0;
  /** Counts the calls under way, so that a test knows when a program has nothing to do. */
  const counted = <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      busy += 1;
      return call(...args).finally(() => {
        busy -= 1;
      });
    };
  };

  async function program({ store, incidents }: Pick<typeof world, 'store' | 'incidents'> = world) {
    const docker = createDockerReader(fake.url);
    const watched = createIncidentWatch({
      ...{ clock, log: pino({ level: 'silent' }), signals: { signal: counted(incidents.signal) } },
      docker: { list: counted(docker.list), inspect: counted(docker.inspect), logs: docker.logs },
      store: {
        ...{ accept: counted((unit) => store.accept(unit)), state: counted((name) => store.state(name)) },
        lease: counted((name, now, ms) => store.lease(name, now, ms)),
        unfinishedIncidents: (after, limit) => store.unfinishedIncidents(after, limit),
      },
    });
    const stop = watchContainers({
      ...{ docker, clock, incidents: watched, live: { publish: () => {} } },
      readings: { read: async () => ({ at: 0, containers: [] }), forget: () => {} },
    });
    const end = () => {
      stop();
      docker.close();
    };
    t.after(end);
    await pass(2);
    return end;
  }

  /** Lets seconds pass, one after the other, and what follows from each. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1_000);
      do await settled(60);
      while (busy > 0);
    }
  }

  /** Every incident as `#1 firing web stopped`, newest first. */
  async function told(): Promise<string[]> {
    const { items } = await world.store.incidents({ team: 'T1' }, null, 50);
    return items.map(({ number, status, title }) => `#${number} ${status} ${title}`);
  }

  const { happen } = fake;
  const die = (container: FakeContainer, exitCode = 1) => happen(container, 'die', { exitCode: String(exitCode) });
  function stop(container: FakeContainer): void {
    happen(container, 'kill', { signal: '15' });
    die(container, 143);
    happen(container, 'stop');
  }
  return { ...world, fake, happen, die, stop, pass, told, begin: program, another: world.program };
}

describe('incidents of containers', () => {
  it('a container that Docker cannot describe hides no other one, and its incident stays open', async (t) => {
    const { fake, begin, pass, told, die } = await start(t);
    const [web, db] = [fake.add({ name: 'web' }), fake.add({ name: 'db' })];
    await begin();
    die(web);
    await pass(12);
    assert.deepEqual(await told(), ['#1 firing web stopped']);
    web.inspectStatus = 500;
    die(db);
    await pass(12);
    assert.deepEqual(await told(), ['#2 firing db stopped', '#1 firing web stopped']);
  });

  it('a crash is one card with exit code, signal, image and the last lines in its thread; the start ends it', async (t) => {
    const { fake, begin, pass, told, happen, die, messages } = await start(t);
    const web = fake.add({ name: 'shop-web-1', image: 'web:7', labels: compose('web') });
    const secret = `ux_${'7aB'.repeat(12)}`;
    for (let n = 1; n <= 30; n += 1) fake.write(web, frame(1, `2026-01-02T03:04:05.000000000Z line ${n}\n`));
    fake.write(web, frame(2, `2026-01-02T03:04:06.000000000Z <!channel> \`${secret}\` died\n`));
    await begin();
    die(web, 139);
    await pass(7);
    assert.deepEqual(await told(), []);
    await pass(4);
    assert.deepEqual(await told(), ['#1 firing web stopped']);
    const [card, thread] = await messages();
    assert.match(
      card?.text ?? '',
      /It ended with exit code 139 \(SIGSEGV\)\. Docker does not start it again, since it/,
    );
    assert.match(card?.text ?? '', /container=shop-web-1 image=web:7 service=web/);
    assert.equal(thread?.replyTo, card?.id);
    const lines = Array.from({ length: 19 }, (_, n) => `line ${n + 12}`).join('\n');
    assert.equal(
      thread?.text,
      `The last lines of its log:\n\`\`\`\n${lines}\n&lt;!channel&gt; '[redacted]' died\n\`\`\``,
    );
    happen(web, 'start');
    await pass(40);
    assert.deepEqual(await told(), ['#1 resolved web runs again']);
  });

  it('deliberate stops, a recreate by Compose, docker restart and a restart by policy open none', async (t) => {
    const { fake, begin, pass, told, happen, die, stop } = await start(t);
    const always = { policy: 'unless-stopped' };
    const names = ['stopped', 'recreated', 'restarted', 'crashed', 'once', 'removed', 'job', 'left', 'sentinel'];
    const given = names.map((name) => [name, fake.add({ name: `shop-${name}-1`, labels: compose(name), ...always })]);
    const { stopped, recreated, restarted, crashed, once, removed, job, left, sentinel } = Object.fromEntries(given);
    once.policy = 'no';
    job.labels['com.docker.compose.oneoff'] = 'True';
    left.labels['ultronex.watch'] = 'false';
    await begin();
    stop(stopped);
    stop(recreated);
    happen(recreated, 'destroy');
    fake.add({ name: 'shop-recreated-1', labels: compose('recreated'), ...always });
    stop(restarted);
    happen(restarted, 'start');
    happen(restarted, 'restart');
    die(crashed);
    happen(crashed, 'start');
    die(once, 0);
    happen(removed, 'kill', { signal: '9' });
    die(removed, 137);
    happen(removed, 'destroy');
    for (const each of [job, left, sentinel]) die(each);
    await pass(120);
    assert.deepEqual(await told(), ['#1 firing sentinel stopped']);
  });

  it('a stop by hand ends an incident and says so, and so does a removal', async (t) => {
    const { fake, begin, pass, told, happen, die } = await start(t);
    const [web, db] = ['web', 'db'].map((name) => fake.add({ name, policy: 'unless-stopped', health: 'healthy' }));
    assert.ok(web && db);
    await begin();
    happen(web, 'health_status: unhealthy');
    die(db);
    await pass(10);
    assert.deepEqual(await told(), ['#2 firing db stopped', '#1 firing web is unhealthy']);
    happen(web, 'kill', { signal: '15' });
    die(web, 1);
    happen(web, 'stop');
    happen(db, 'destroy');
    await pass(3);
    assert.deepEqual(await told(), ['#2 resolved db was removed', '#1 resolved web was stopped by hand']);
  });

  it('a restart loop is one incident until 5 minutes without an end; an oom kill is told though it runs again', async (t) => {
    const { fake, begin, pass, told, happen, die, messages } = await start(t);
    const [web, db] = ['web', 'db'].map((name) => fake.add({ name, policy: 'always', memoryLimit: 268_435_456 }));
    assert.ok(web && db);
    await begin();
    for (let n = 0; n < 6; n += 1) {
      die(web, 3);
      happen(web, 'start');
      await pass(2 ** n);
    }
    assert.deepEqual(await told(), ['#1 firing web is in a restart loop']);
    happen(db, 'oom');
    die(db, 137);
    happen(db, 'start');
    await pass(3);
    assert.deepEqual((await told())[0], '#2 firing db ran out of memory');
    await pass(230);
    assert.deepEqual(await told(), ['#2 resolved db runs again', '#1 firing web is in a restart loop']);
    await pass(90);
    assert.deepEqual((await told())[1], '#1 resolved web runs again');
    const cards = (await messages()).filter(({ replyTo, source }) => source === 'incident' && !replyTo);
    assert.equal(cards.length, 2);
    assert.match(cards[1]?.text ?? '', /resolved/);
  });

  it('what happened while the connection was cut is read afterwards, each event once', async (t) => {
    const { fake, begin, pass, told, happen, die, stop } = await start(t);
    const [web, db, api] = ['web', 'db', 'api'].map((name) => fake.add({ name, policy: 'always' }));
    assert.ok(web && db && api);
    await begin();
    die(api);
    happen(api, 'start');
    await pass(1);
    fake.reset();
    stop(db);
    die(api);
    happen(api, 'start');
    die(web, 2);
    await pass(30);
    fake.reset();
    await pass(30);
    assert.deepEqual(await told(), ['#1 firing web stopped']);
    assert.ok((fake.asked['GET /events'] ?? 0) >= 3);
  });

  it('a restart of the program opens nothing twice, ends what recovered or was removed meanwhile, and remembers stops by hand', async (t) => {
    const { fake, begin, pass, told, happen, die, messages, sendAll, clock } = await start(t);
    const names = ['web', 'db', 'api', 'once', 'off'];
    const [web, db, api, once, off] = names.map((name) => fake.add({ name, policy: 'unless-stopped' }));
    assert.ok(web && db && api && once && off);
    once.policy = 'no';
    const end = await begin();
    for (const each of [web, db, api, once]) die(each);
    // Its exit code does not tell that it was stopped by hand.
    happen(off, 'kill', { signal: '15' });
    die(off, 1);
    happen(off, 'stop');
    await pass(12);
    assert.equal((await told()).filter((each) => each.includes('firing')).length, 4);
    await sendAll();
    const posted = (await messages()).length;
    end();
    await clock.advance(3_600_000);
    happen(db, 'start');
    happen(api, 'destroy');
    await begin();
    await pass(60);
    const found = (await told()).sort();
    assert.deepEqual(
      found.map((each) => each.slice(3)).sort(),
      ['firing once stopped', 'firing web stopped', 'resolved api was removed', 'resolved db runs again'],
      'the container that was stopped by hand opens none',
    );
    const replies = (await messages()).slice(posted);
    assert.equal(replies.length, 2, 'the replies to the two that ended');
  });

  it('what happened in the minutes before the start counts: a restart loop, and a stop by hand', async (t) => {
    const { fake, begin, pass, told, happen, die } = await start(t);
    const [web, off] = ['web', 'off'].map((name) => fake.add({ name, policy: 'unless-stopped' }));
    assert.ok(web && off);
    for (let n = 0; n < 3; n += 1) {
      die(web);
      happen(web, 'start');
    }
    happen(off, 'kill', { signal: '15' });
    die(off, 1);
    happen(off, 'stop');
    await pass(60);
    await begin();
    await pass(60);
    assert.deepEqual(await told(), ['#1 firing web is in a restart loop']);
    await pass(240);
    assert.deepEqual(await told(), ['#1 resolved web runs again']);
  });

  it('of two programs on a store one tells, and the other goes on when its lease ends', async (t) => {
    const { fake, begin, another, pass, told, die, messages } = await start(t);
    const [web, db] = ['web', 'db'].map((name) => fake.add({ name }));
    assert.ok(web && db);
    const end = await begin();
    await begin(await another());
    die(web);
    await pass(12);
    assert.equal((await messages()).filter(({ replyTo }) => !replyTo).length, 1);
    await pass(70);
    const lists = () => fake.asked['GET /containers/json'] ?? 0;
    const before = lists();
    await pass(120);
    assert.equal(lists() - before, 2, 'a look a minute by one of them, which prolongs its lease in between');
    end();
    die(db);
    await pass(45);
    assert.deepEqual(await told(), ['#2 firing db stopped', '#1 firing web stopped']);
  });

  it('a service whose label has invisible characters and a secret is told without them', async (t) => {
    const { fake, begin, pass, told, die } = await start(t);
    const web = fake.add({ name: 'web', labels: compose('api\u202e\u200b token=hunter2\u0007') });
    await begin();
    die(web);
    await pass(12);
    assert.deepEqual(await told(), ['#1 firing api token=[redacted] stopped']);
  });

  it('services of one name in two projects are two incidents; a scaled service is one until all of it runs', async (t) => {
    const { fake, begin, pass, told, happen, die } = await start(t);
    const one = fake.add({ name: 'one-db-1', labels: compose('db', 'one') });
    const two = fake.add({ name: 'two-db-1', labels: compose('db', 'two') });
    const second = fake.add({ name: 'two-db-2', labels: compose('db', 'two') });
    await begin();
    for (const each of [one, two, second]) die(each);
    await pass(12);
    assert.deepEqual(await told(), ['#2 firing db stopped', '#1 firing db stopped']);
    happen(two, 'start');
    await pass(12);
    assert.equal((await told())[0], '#2 firing db stopped');
    happen(second, 'start');
    await pass(12);
    assert.deepEqual(await told(), ['#2 resolved db runs again', '#1 firing db stopped']);
  });

  it('without Docker nothing is told, and a signal that the store refuses is sent again', async (t) => {
    const { fake, begin, pass, told, die, incidents, store } = await start(t);
    const web = fake.add({ name: 'web' });
    let refused = 0;
    await begin({
      store,
      incidents: {
        ...incidents,
        async signal(signal) {
          if (refused++ < 2) throw new Error('the store takes no writes');
          return incidents.signal(signal);
        },
      },
    });
    fake.beforeList = () => {
      throw new Error('away');
    };
    die(web);
    await pass(20);
    assert.deepEqual([await told(), refused], [[], 0]);
    fake.beforeList = () => {};
    await pass(30);
    assert.deepEqual([await told(), refused], [['#1 firing web stopped'], 3]);
  });

  it('the app opens them, unless CONTAINER_INCIDENTS is false', async (t) => {
    const titles = async (env: Record<string, string>) => {
      const { api } = await startSite(t, env, [{ name: 'ill', health: 'unhealthy' }]);
      const list = async () =>
        (await api.call('GET', '/incidents')).body.incidents.map((each: { title: string }) => each.title);
      return { api, list };
    };
    const on = await titles({});
    assert.deepEqual(await eventually('the incident', async () => (await on.list()).length > 0 && on.list()), [
      'ill is unhealthy',
    ]);
    const off = await titles({ CONTAINER_INCIDENTS: 'false' });
    assert.deepEqual(await off.list(), []);
  });
});
