import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { createSharedStatus } from '../../../src/modules/heroku/shared-status.ts';
import { settled } from '../../support/clock.ts';
import { newsHub } from '../../support/news.ts';
import { minute, openHeroku } from './support.ts';

test('what one program reads of an app is shown by the others, and a webhook at one of them makes it look', async (t) => {
  const rig = await openHeroku(t);
  rig.world.addApp('shop', { web: 1 });
  rig.watch('shop');
  const hub = newsHub();
  const looked: string[] = [];
  const share = (who: string) => {
    const { readings } = rig.parts();
    const shared = createSharedStatus({
      store: { ...rig.store, ...hub() },
      readings,
      names: () => ['shop'],
      lookAt: (app) => looked.push(`${who} ${app}`),
      log: pino({ level: 'silent' }),
    });
    return { readings, shared };
  };
  const one = share('one');
  const poller = rig.parts().poller;
  rig.restart();
  const other = share('other');
  for (const watched of rig.watched()) await poller.poll(watched);
  await one.shared.give('shop');
  await settled(20);
  assert.notEqual(one.readings.of('shop').readAt, null);
  assert.deepEqual(other.readings.of('shop'), one.readings.of('shop'));

  rig.restart();
  const third = share('third');
  assert.equal(third.readings.of('shop').readAt, null);
  await third.shared.read();
  assert.deepEqual(third.readings.of('shop'), one.readings.of('shop'), 'also after a start');

  await rig.clock.advance(minute);
  const later = await third.readings.read('shop');
  await other.shared.give('shop');
  await settled(20);
  assert.deepEqual(third.readings.of('shop'), later, 'an older status replaces no later one');

  other.shared.lookAt('shop');
  assert.deepEqual(looked, ['other shop', 'one shop', 'third shop']);
});
