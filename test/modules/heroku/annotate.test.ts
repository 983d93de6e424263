import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { annotateName, createAnnotate } from '../../../src/modules/heroku/annotate.ts';
import { startFakeGrafana } from '../../fakes/grafana/index.ts';
import { manualClock } from '../../support/clock.ts';
import { minute, openHeroku } from './support.ts';

const asker = { team: 'T1', user: '', channel: '#alerts', isPrivate: false, trace: 'x' };
const annotation = { time: 1_700_000_000_000, tags: ['ultronex', 'heroku', 'app:shop'], text: 'shop v2: Deploy abc' };
const argument = JSON.stringify(annotation);

async function start(t: TestContext, path = '') {
  const grafana = await startFakeGrafana();
  t.after(() => grafana.close());
  const clock = manualClock();
  const lines: string[] = [];
  const log = { warn: (_: unknown, text: string) => void lines.push(text) } as never;
  const annotate = createAnnotate({ url: grafana.url + path, token: 'test-token', clock, log });
  /** Performs the effect while time goes on. */
  async function perform(): Promise<string> {
    let ended = false;
    const done = annotate(argument, asker).finally(() => {
      ended = true;
    });
    while (!ended) await clock.advance(1_000);
    return done;
  }
  return { grafana, clock, lines, annotate, perform };
}

describe('annotations in Grafana', () => {
  it('a release becomes one effect in the commit of its message', async (t) => {
    const site = await openHeroku(t, { annotates: true });
    const grafana = await startFakeGrafana();
    t.after(() => grafana.close());
    site.world.addApp('shop', { web: 1 });
    site.watch('shop');
    await site.poll();
    site.world.release('shop', { description: 'Deploy abc' });
    site.world.release('shop', { description: 'Deploy def', status: 'failed' });
    site.parts().look.readAll('shop');
    await site.poll();
    const jobs = await site.store.claimEffects(site.clock.now(), minute, 10);
    assert.deepEqual(
      jobs.map(({ effect }) => effect.name),
      [annotateName],
      'a failed release changes nothing, so it is no annotation',
    );
    const log = { warn: assert.fail } as never;
    const annotate = createAnnotate({ url: `${grafana.url}/`, token: 'test-token', clock: site.clock, log });
    assert.equal(await annotate(jobs[0]?.effect.argument ?? '', asker), '');
    const [made] = grafana.annotations;
    assert.deepEqual(made?.tags, ['ultronex', 'deploy', 'heroku', 'app:shop']);
    assert.equal(made?.text, 'shop v2: Deploy abc, by ada@example.com');
    assert.ok(made !== undefined && Math.abs(made.time - (site.clock.now() - 5 * minute)) <= 5 * minute);
  });

  it('is not made again when it is there: the program was killed, or a response was lost', async (t) => {
    const { grafana, perform } = await start(t);
    await perform();
    await perform();
    assert.equal(grafana.annotations.length, 1);
    const { connection } = grafana.requests.at(-1)?.headers ?? {};
    assert.equal(connection, 'close');
  });

  it('is tried again while Grafana does not answer', async (t) => {
    const { grafana, annotate, clock, lines } = await start(t);
    grafana.fault = { kind: 'reply', status: 503 };
    const done = annotate(argument, asker);
    while (grafana.requests.length < 2) await clock.advance(100);
    grafana.fault = null;
    let ended = false;
    void done.then(() => {
      ended = true;
    });
    while (!ended) await clock.advance(1_000);
    assert.deepEqual([grafana.annotations.length, lines], [1, []]);
  });

  it('a failure is said in the log and to nobody else', async (t) => {
    const { grafana, perform, lines } = await start(t);
    grafana.tokens.set('test-token', 'Viewer');
    assert.equal(await perform(), '');
    grafana.fault = { kind: 'hang up' };
    assert.equal(await perform(), '');
    assert.equal(lines[0], 'a release is no annotation in Grafana: Grafana answered 403');
    assert.match(lines[1] ?? '', /^a release is no annotation in Grafana: Grafana was not reached \(\w+\)$/);
  });

  it('keeps the path of GRAFANA_URL', async (t) => {
    const { grafana, perform } = await start(t, '/grafana');
    await perform();
    assert.ok(grafana.requests.every(({ url }) => url.pathname === '/grafana/api/annotations'));
  });
});
