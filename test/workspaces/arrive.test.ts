import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { setUp } from './install-support.ts';

const away = async (): Promise<never> => {
  throw new StoreUnavailable('The database cannot be used (ECONNREFUSED).');
};

test('while the store is away, the code is not used at Slack, and leads to an installation afterwards', async (t) => {
  const { store, slack, open } = await setUp(t);
  const installer = open(store);
  const { check } = store;
  store.check = away;
  const code = slack.oauth.addCode('T2');
  await assert.rejects(installer.arrive(code), StoreUnavailable);
  assert.equal(slack.callsOf('oauth.v2.access').length, 0);
  store.check = check;
  const arrival = await installer.arrive(code);
  assert.equal(arrival.kind, 'installed');
});

test('a store that fails after the code was used is told as such, and a new code works later', async (t) => {
  const { store, slack, open } = await setUp(t);
  const installer = open(store);
  for (const method of ['workspace', 'saveWorkspace'] as const) {
    const works = store[method];
    store[method] = away;
    const { kind } = await installer.arriveAt('T2');
    assert.equal(kind, 'unsaved', method);
    store[method] = works as never;
  }
  assert.equal(slack.callsOf('oauth.v2.access').length, 2);
  const { kind } = await installer.arriveAt('T2');
  assert.equal(kind, 'installed');
});
