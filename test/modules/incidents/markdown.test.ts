import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noNames } from '../../../src/domain/visible-text.ts';
import { createMarkdown } from '../../../src/modules/incidents/markdown.ts';
import { incident } from '../../support/incidents.ts';
import { hour, openIncidents } from './support.ts';

test('a post-mortem has the releases within a day before, also those of a pipeline and of long ago', async (t) => {
  const { store, clock } = await openIncidents(t);
  const write = async (action: string, target: string) => {
    const rest = {
      actor: { kind: 'user', name: 'ops' },
      source: '',
      outcome: 'done',
      detail: '',
      requestId: '',
    } as const;
    await store.writeAudit({ id: `${action} ${target}`, at: clock.now(), action, target, ...rest });
  };
  await write('release', 'too old');
  clock.skip(48 * hour);
  await write('deploy', 'v2');
  await write('release', 'shop v7');
  clock.skip(hour);
  const since = clock.now();
  const over = incident({ since, openedAt: since, status: 'resolved', resolvedAt: since + hour });
  for (let number = 1; number <= 60; number += 1) {
    clock.skip(2 * hour);
    await write('deploy', `later ${number}`);
  }
  const text = await createMarkdown({ store, names: noNames })(over, []);
  const releases = /## Releases within a day before\n\n(.*?)\n\n/s.exec(text)?.[1] ?? '';
  assert.deepEqual(
    releases.split('\n').map((line) => line.slice(22)),
    ['deploy v2 (done, ops)', 'release shop v7 (done, ops)'],
  );
});
