import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from '../../src/domain/delivery.ts';
import { createRendered } from '../../src/outbox/rendered.ts';
import type { Claimed } from '../../src/ports/store.ts';

function setUp(members: number) {
  const contents = Array.from({ length: members }, (_, n) => ({ text: `host web${n + 1} is down` }));
  let readings = 0;
  const store = {
    mergedContents(_id: string, limit: number) {
      readings += 1;
      return contents.slice(0, limit).map((each) => ({ ...each }));
    },
  };
  const rendered = createRendered(store, () => null);
  const claimed = (revision: number, merged: number, id = 'a'): Claimed => ({
    delivery: {
      ...{ id, team: 'T1', channel: '#ops', text: 'host web0 is down', source: 'api', state: 'sent' },
      ...{ mergedCount: members, revision },
    } as Delivery,
    ...{ hidden: false, merged, tat: 0 },
  });
  return {
    contents,
    claimed,
    rendered: (...of: Parameters<typeof claimed>) => rendered(claimed(...of)).text,
    readings: () => readings,
  };
}

test('a digest that lists all it can is not read again for messages that were merged into it since', () => {
  const { rendered, readings } = setUp(900);
  const first = rendered(1, 30);
  assert.match(
    first,
    /^host web\{0,1,2,.*… \d+ more\} is down\n_\+900 similar, 701 different texts; all in the ledger_$/,
  );
  assert.equal(rendered(2, 5), first);
  assert.equal(rendered(2, 0), first, 'tried again');
  assert.equal(rendered(3, 1), first);
  assert.equal(readings(), 1);
});

test('it is read again after anything else changed it, such as an edit of a message that was merged into it', () => {
  const { rendered, readings, contents } = setUp(900);
  rendered(1, 30);
  contents[0] = { text: 'host mail is down' };
  assert.match(rendered(2, 0), /^host \{0?.*mail/);
  assert.equal(readings(), 2);
  rendered(4, 3);
  assert.equal(readings(), 3, 'an edit and a merge together');
});

test('a digest that can list more is read each time', () => {
  const { rendered, readings, contents } = setUp(3);
  assert.match(rendered(1, 3), /^host web\{0,1,2,3\} is down/);
  contents.push({ text: 'host web9 is down' });
  assert.match(rendered(2, 1), /^host web\{0,1,2,3,9\} is down/);
  assert.equal(readings(), 2);
});

test('of more than 200 digests the one that was edited longest ago is read again', () => {
  const { rendered, readings } = setUp(700);
  for (let n = 0; n <= 200; n++) rendered(1, 1, `digest ${n}`);
  assert.equal(readings(), 201);
  rendered(2, 1, 'digest 200');
  assert.equal(readings(), 201);
  rendered(2, 1, 'digest 0');
  assert.equal(readings(), 202);
});
