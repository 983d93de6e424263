import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelProblem, parseSelector } from './labels.ts';
import { serverInput, withHetzner } from './test-support.ts';

describe('label selectors', () => {
  const bot = { role: 'bot', env: 'prod' };
  const cases: [selector: string, matches: boolean][] = [
    ['role=bot', true],
    ['role==bot', true],
    ['role=other', false],
    ['role!=other', true],
    ['role!=bot', false],
    ['missing!=x', true],
    ['role in (bot,web)', true],
    ['role in (web)', false],
    ['missing in (web)', false],
    ['role notin (web, db)', true],
    ['role notin (bot)', false],
    ['missing notin (bot)', true],
    ['role', true],
    ['missing', false],
    ['!role', false],
    ['!missing', true],
    ['role=bot,env in (prod,test),!missing', true],
    ['role=bot,env=test', false],
  ];
  for (const [selector, matches] of cases) {
    it(`${selector} ${matches ? 'matches' : 'does not match'}`, () =>
      assert.equal(parseSelector(selector)(bot), matches));
  }

  it('what is none is refused, naming the parameter', async () => {
    await withHetzner({}, async ({ refusal }) => {
      for (const selector of ['role=(a', '=a', 'a in b', 'a,,b', '-a']) {
        const refused = await refusal('GET', `/servers?label_selector=${encodeURIComponent(selector)}`);
        assert.deepEqual(refused, { status: 422, code: 'invalid_input', fields: ['label_selector'] }, selector);
      }
    });
  });

  it('labels are checked', () => {
    assert.equal(labelProblem({ 'example.com/role': 'a', b: '' }), undefined);
    for (const wrong of [
      { 'a b': 'x' },
      { a: 'x y' },
      { a: 'x'.repeat(64) },
      { 'hetzner.cloud/x': 'y' },
      { a: 1 },
      [],
    ]) {
      assert.notEqual(labelProblem(wrong), undefined, JSON.stringify(wrong));
    }
  });
});

describe('lists', () => {
  it('come in pages, with where the next one is', async () => {
    await withHetzner({}, async ({ get, post, refusal }) => {
      for (let n = 0; n < 30; n += 1) await post('/placement_groups', { name: `g${n}`, type: 'spread' });
      const first = await get('/placement_groups');
      assert.equal(first.placement_groups.length, 25);
      const pagination = { page: 1, per_page: 25, previous_page: null, next_page: 2, last_page: 2, total_entries: 30 };
      assert.deepEqual(first.meta, { pagination });
      const second = await get('/placement_groups?page=2');
      assert.equal(second.placement_groups.length, 5);
      assert.deepEqual([second.meta.pagination.previous_page, second.meta.pagination.next_page], [1, null]);
      assert.equal((await get('/placement_groups?per_page=100')).meta.pagination.per_page, 50);
      assert.equal((await get('/placement_groups?page=9')).placement_groups.length, 0);
      assert.deepEqual((await refusal('GET', '/placement_groups?page=0')).fields, ['page']);
    });
  });

  it('are sorted by every order that is given, and filtered by name', async () => {
    await withHetzner({}, async ({ get, post, refusal }) => {
      for (const name of ['b', 'c', 'a']) await post('/servers', serverInput({ name }));
      const names = async (query: string) =>
        (await get(`/servers${query}`)).servers.map((one: { name: string }) => one.name);
      assert.deepEqual(await names('?sort=name'), ['a', 'b', 'c']);
      assert.deepEqual(await names('?sort=name:desc'), ['c', 'b', 'a']);
      assert.deepEqual(await names('?sort=created:desc'), ['a', 'c', 'b']);
      assert.deepEqual(await names('?name=c'), ['c']);
      assert.deepEqual(await names('?name=d'), []);
      assert.deepEqual((await refusal('GET', '/servers?sort=name:up')).fields, ['sort']);
      assert.deepEqual((await refusal('GET', '/servers?sort=memory')).fields, ['sort']);
    });
  });

  it('find the newest snapshot by label, as Packer and Terraform ask', async () => {
    await withHetzner({}, async ({ get, post }) => {
      const { server } = await post('/servers', serverInput());
      for (const version of ['1', '2']) {
        const labels = { role: 'ultronex', version };
        await post(`/servers/${server.id}/actions/create_image`, { type: 'snapshot', description: version, labels });
      }
      const query =
        '?type=snapshot&label_selector=role%3Dultronex&architecture=x86&status=available&sort=created%3Adesc';
      const { images } = await get(`/images${query}`);
      assert.deepEqual(
        images.map((image: { description: string }) => image.description),
        ['2', '1'],
      );
      assert.deepEqual((await get('/images?name=debian-11')).images, [], 'deprecated ones are listed when asked for');
      assert.equal((await get('/images?name=debian-11&include_deprecated=true')).images.length, 1);
      assert.equal((await get('/images?name=debian-13&architecture=arm')).images.length, 1);
    });
  });
});
