import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { publicKey, serverInput, token, withHetzner } from './test-support.ts';

describe('refusals', () => {
  it('a wrong token is unauthorized', async () => {
    await withHetzner({}, async ({ request }) => {
      const { status, body } = await request('GET', '/servers', undefined, 'x'.repeat(64));
      assert.equal(status, 401);
      assert.deepEqual(body, { error: { code: 'unauthorized', message: 'unable to authenticate', details: null } });
    });
  });

  it('what is not there, by resource, action and path', async () => {
    await withHetzner({}, async ({ refusal }) => {
      for (const path of ['/servers/1', '/volumes/1', '/zones/example.com', '/actions/1', '/floating_ips']) {
        assert.deepEqual(await refusal('GET', path), { status: 404, code: 'not_found', fields: [] }, path);
      }
      assert.equal((await refusal('DELETE', '/locations/1')).status, 405);
      assert.deepEqual(await refusal('GET', '/datacenters'), {
        status: 410,
        code: 'deprecated_api_endpoint',
        fields: [],
      });
    });
  });

  it('invalid input names every field', async () => {
    await withHetzner({}, async ({ refusal, request }, fake) => {
      const refused = await refusal('POST', '/servers', {
        name: 'a b',
        image: 'plan9',
        location: 'moon',
        labels: { a: 'b c' },
      });
      assert.equal(refused.code, 'invalid_input');
      assert.deepEqual(refused.fields.sort(), ['image', 'labels', 'location', 'name', 'server_type']);
      const { body } = await request('POST', '/servers', serverInput({ image: 'plan9' }));
      assert.equal(body.error.message, "invalid input in field 'image'");
      assert.deepEqual((await refusal('POST', '/servers', serverInput({ user_data: 'x'.repeat(33_000) }))).fields, [
        'user_data',
      ]);
      assert.deepEqual((await refusal('POST', '/servers', serverInput({ ssh_keys: [7] }))).fields, ['ssh_keys']);
      const headers = { authorization: `Bearer ${token}` };
      const broken = await fetch(`${fake.url}/servers`, { method: 'POST', headers, body: '{"name":' });
      assert.equal(((await broken.json()) as { error: { code: string } }).error.code, 'json_error');
    });
  });

  it('names are used once', async () => {
    await withHetzner({}, async ({ post, put, refusal }) => {
      await post('/servers', serverInput());
      const other = await post('/servers', serverInput({ name: 'other' }));
      const taken = { status: 409, code: 'uniqueness_error', fields: ['name'] };
      assert.deepEqual(await refusal('POST', '/servers', serverInput()), taken);
      assert.deepEqual(await refusal('PUT', `/servers/${other.server.id}`, { name: 'ultronex' }), taken);
      await put(`/servers/${other.server.id}`, { name: 'other' });
      await post('/ssh_keys', { name: 'k', public_key: publicKey('k') });
      const again = await refusal('POST', '/ssh_keys', { name: 'k2', public_key: publicKey('k') });
      assert.deepEqual(
        [again.code, again.fields],
        ['uniqueness_error', ['public_key']],
        'the same key under another name',
      );
    });
  });

  it('a type that cannot be ordered, is not sold there, or is over', async () => {
    await withHetzner({}, async ({ post, refusal }, { state }) => {
      const ask = (server_type: string, location?: string) =>
        refusal('POST', '/servers', { ...serverInput({ server_type }), location });
      assert.deepEqual(await ask('cx23', 'fsn1'), { status: 412, code: 'resource_unavailable', fields: [] });
      assert.deepEqual(await ask('cpx11', 'fsn1'), { status: 422, code: 'invalid_input', fields: [] });
      assert.deepEqual(await ask('cx22', 'fsn1'), { status: 422, code: 'invalid_input', fields: [] });
      assert.equal(state.servers.all.length, 0);
      const type = state.serverTypes.all.find(({ name }) => name === 'cx23');
      if (type) type.available.fsn1 = true;
      await post('/servers', serverInput({ server_type: 'cx23' }));
    });
  });

  it('what is protected stays', async () => {
    await withHetzner({}, async ({ post, refusal, request }) => {
      const { server } = await post('/servers', serverInput());
      const path = `/servers/${server.id}`;
      await post(`${path}/actions/change_protection`, { delete: true, rebuild: true });
      assert.deepEqual(await refusal('DELETE', path), { status: 423, code: 'protected', fields: [] });
      assert.equal((await refusal('POST', `${path}/actions/rebuild`, { image: 'debian-13' })).code, 'protected');
      const { primary_ip } = await post('/primary_ips', { name: 'p', type: 'ipv4', location: 'fsn1' });
      await post(`/primary_ips/${primary_ip.id}/actions/change_protection`, { delete: true });
      assert.equal((await refusal('DELETE', `/primary_ips/${primary_ip.id}`)).code, 'protected');
      await post(`${path}/actions/change_protection`, { delete: false });
      assert.equal((await request('DELETE', path)).status, 200);
    });
  });
});

describe('rate limit', () => {
  it('refuses past the limit, says so in headers, and lets requests come back one by one', async () => {
    let at = Date.parse('2026-11-21T12:00:00Z');
    await withHetzner({ requestsPerHour: 3, now: () => at }, async ({ request }) => {
      const left = [];
      for (let n = 0; n < 3; n += 1) left.push((await request('GET', '/locations')).headers.get('ratelimit-remaining'));
      assert.deepEqual(left, ['2', '1', '0']);
      const { status, body, headers } = await request('GET', '/locations');
      assert.deepEqual([status, body.error.code], [429, 'rate_limit_exceeded']);
      assert.deepEqual([headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')], ['3', '0']);
      assert.equal(headers.get('ratelimit-reset'), String(at / 1000 + 3600));
      at += 1_200_000;
      assert.equal((await request('GET', '/locations')).status, 200);
      assert.equal((await request('GET', '/locations')).status, 429);
    });
  });

  it('is Hetzner’s in the headers when nobody is refused', async () => {
    await withHetzner({}, async ({ request }) => {
      assert.equal((await request('GET', '/locations')).headers.get('ratelimit-limit'), '3600');
    });
  });
});

describe('faults', () => {
  it('strike the request they name as often as said', async () => {
    const fault = { method: 'POST', path: '/servers', status: 503, code: 'unavailable', message: 'later', times: 2 };
    await withHetzner({ faults: [fault] }, async ({ get, post, refusal }, fake) => {
      await get('/servers');
      for (let n = 0; n < 2; n += 1) assert.equal((await refusal('POST', '/servers', serverInput())).status, 503);
      const { server } = await post('/servers', serverInput());
      fake.faults.add({ path: '/servers/{id}/actions/poweroff', status: 409, code: 'conflict' });
      assert.equal((await refusal('POST', `/servers/${server.id}/actions/poweroff`)).code, 'conflict');
      fake.faults.add({ path: '/volumes', code: 'never' });
      assert.deepEqual(
        fake.faults.unmet().map(({ code }) => code),
        ['never'],
      );
    });
  });

  it('an answer that is lost leaves what was made: the second attempt is a uniqueness_error', async () => {
    await withHetzner({}, async ({ request, refusal }, fake) => {
      fake.faults.add({ method: 'POST', path: '/servers', lost: true });
      await assert.rejects(request('POST', '/servers', serverInput()));
      assert.equal(fake.state.servers.all.length, 1);
      assert.equal(fake.callsOf('POST', '/servers')[0]?.status, 'dropped');
      assert.equal((await refusal('POST', '/servers', serverInput())).code, 'uniqueness_error');
    });
  });
});
