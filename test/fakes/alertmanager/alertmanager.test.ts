import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeAlertmanager } from './index.ts';

test('the fake Alertmanager makes, updates and ends silences, and checks their fields', async (t) => {
  let now = Date.parse('2026-01-02T00:00:00Z');
  const fake = await startFakeAlertmanager(() => now);
  t.after(() => fake.close());
  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${fake.url}/api/v2/${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, value: text === '' ? null : JSON.parse(text) };
  };
  const matcher = (value: string) => ({ name: 'alertname', value, isRegex: false, isEqual: true });
  const whole = {
    ...{ matchers: [matcher('Disk')], startsAt: '1970-01-01T00:00:00Z', endsAt: '2026-01-02T02:00:00Z' },
    ...{ createdBy: 'ada', comment: 'known' },
  };

  for (const field of Object.keys(whole)) {
    const { status, value } = await call('POST', 'silences', { ...whole, [field]: undefined });
    assert.deepEqual([status, value.message], [422, `${field} in body is required`]);
  }
  assert.equal((await call('POST', 'silences', { ...whole, matchers: [] })).status, 422);
  assert.match((await call('POST', 'silences', { ...whole, matchers: [matcher('')] })).value, /at least one matcher/);
  assert.match((await call('POST', 'silences', { ...whole, endsAt: '2026-01-01T00:00:00Z' })).value, /in the past/);
  assert.match((await call('POST', 'silences', { ...whole, endsAt: '9999-12-31T00:00:00Z' })).value, /10000-01-01/);

  const { silenceID } = (await call('POST', 'silences', whole)).value;
  const shown = (await call('GET', `silence/${silenceID}`)).value;
  assert.deepEqual([shown.status.state, shown.startsAt], ['active', '2026-01-02T00:00:00.000Z']);
  const longer = { ...whole, id: silenceID, endsAt: '2026-01-02T03:00:00Z' };
  assert.equal((await call('POST', 'silences', longer)).value.silenceID, silenceID);
  const other = (await call('POST', 'silences', { ...longer, matchers: [matcher('Memory')] })).value.silenceID;
  assert.deepEqual(fake.active(), [other]);

  assert.equal((await call('DELETE', `silence/${other}`)).status, 200);
  assert.equal((await call('DELETE', `silence/${other}`)).status, 200);
  assert.deepEqual(fake.active(), []);
  fake.silences.delete(other);
  assert.equal((await call('DELETE', `silence/${other}`)).status, 404);
  assert.equal((await call('DELETE', 'silence/7')).status, 422);
  now += 86_400_000;
  assert.equal((await call('POST', 'silences', { ...whole, id: other })).status, 400);
});
