import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { playEverything } from './everything.ts';
import { createFaults } from './faults.ts';
import { allRoutes } from './index.ts';
import { createRouter } from './router.ts';
import type { Difference } from './schemas.ts';
import { openReference } from './schemas.ts';
import type { Reply } from './test-support.ts';
import { clientOf, withHetzner } from './test-support.ts';
import { createWorld } from './world.ts';

/** Where the API of today differs from the reference of February 2026. */
const differences: Difference[] = [
  { where: 'server', property: 'datacenter', change: 'gone', why: 'removed, location stays' },
  { where: 'PrimaryIP', property: 'datacenter', change: 'gone', why: 'removed, location stays' },
  { where: 'server_type_location', property: 'available', change: 'new', why: 'whether it can be ordered now' },
  { where: 'server_type_location', property: 'recommended', change: 'new', why: 'came with available' },
  { where: 'get_multiple_actions_response', property: 'meta', change: 'new', why: 'clients page through it' },
];
/** Routes that answer 410 today. */
const removed = ['GET /datacenters', 'GET /datacenters/{id}'];

const reference = openReference(differences);
const missing = reference ? false : 'the reference is not beside this checkout';
const routes = Object.keys(allRoutes(createWorld({ token: '' }, createFaults())));

interface Answered extends Reply {
  line: string;
}

describe('shapes of the answers', () => {
  const answers: Answered[] = [];
  before(async () => {
    const router = createRouter(allRoutes(createWorld({ token: '' }, createFaults())));
    await withHetzner({}, async (_, fake) => {
      const client = clientOf(fake, (request, reply) => {
        const [method = '', target = ''] = request.split(' ');
        answers.push({ ...reply, line: `${method} ${router.find(method, target.split('?')[0] ?? '').route}` });
      });
      await playEverything(client, fake);
    });
  });

  it('every route was answered with success at least once', () => {
    const asked = new Set(answers.filter(({ status }) => status < 300).map(({ line }) => line));
    assert.deepEqual(
      routes.filter((line) => !asked.has(line) && !removed.includes(line)),
      [],
    );
  });

  it('a 204 has neither body nor content type', () => {
    const empty = answers.filter(({ status }) => status === 204);
    assert.ok(empty.length > 5);
    for (const { line, text, headers } of empty)
      assert.deepEqual([line, text, headers.get('content-type')], [line, '', null]);
  });

  it('the reference knows every route', { skip: missing }, () => {
    assert.deepEqual(
      routes.filter((line) => !reference?.knows(line)),
      [],
    );
  });

  it('every answer is as the reference says, but for the differences above', { skip: missing }, () => {
    const wrong = answers.flatMap(({ line, status, body }) =>
      (reference?.problems(line, status, body) ?? []).map((problem) => `${line} ${status}: ${problem}`),
    );
    assert.deepEqual([...new Set(wrong)], []);
    assert.deepEqual(
      differences.filter((one) => !reference?.met.has(one)),
      [],
      'differences that are none any more',
    );
  });
});
