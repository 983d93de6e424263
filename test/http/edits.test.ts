import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { said, settled, startApi } from './support.ts';

const api = await startApi({ after });
const section = (text: string) => [{ type: 'section', text: { type: 'mrkdwn', text } }];

const post = async (msg: object) => {
  const { body } = await api.call('POST', '/slack', { msg: { channel: '#ops', ...msg } });
  return (await settled(api, body.id)).id as string;
};
const edit = (id: string, change: object) => api.call('PATCH', `/messages/${id}`, change);

test('an edit is checked together with the message’s other fields', async () => {
  const titled = await post({ text: 'a text', title: 'A title' });
  const inBlocks = await post({ text: 'a text', blocks: section('a block') });
  const blocksAlone = await post({ text: ' ', blocks: section('a block') });
  const withFile = await post({ text: 'a text', title: 'Log', payload: 'p', blocks: section('a block') });
  const refused: [id: string, change: object, field: string, reason: RegExp][] = [
    [titled, { blocks: section('x') }, 'blocks', /^blocks would hide the title .* "title": ""/],
    [titled, { blocks: section('x'), text: 'x' }, 'blocks', /would hide the title/],
    [titled, { blocks: section('x'), text: 'x', title: 'y' }, 'title', /^title is not shown beside blocks/],
    [titled, { title: ' \u200b' }, 'title', /^title has nothing that can be seen/],
    [inBlocks, { title: 'x' }, 'title', /^title is not shown beside blocks/],
    [withFile, { title: 'x' }, 'title', /^title is not shown beside blocks/],
    [blocksAlone, { blocks: [] }, 'blocks', /^blocks may not be empty here/],
    [blocksAlone, { blocks: [], text: ' ' }, 'text', /^text has nothing that can be seen/],
    [titled, { text: ' ' }, 'text', /^text has nothing that can be seen/],
  ];
  for (const [id, change, field, reason] of refused) {
    const before = (await api.call('GET', `/messages/${id}`)).body;
    const { status, body } = await edit(id, change);
    assert.deepEqual([status, body.field], [422, field], JSON.stringify(change));
    assert.match(body.reason, reason);
    assert.deepEqual((await api.call('GET', `/messages/${id}`)).body, before, 'nothing was changed');
  }
  const taken: [id: string, change: object][] = [
    [titled, { blocks: section('x'), title: '' }],
    [inBlocks, { blocks: [], title: 'x' }],
    [blocksAlone, { blocks: [], text: 'x' }],
    [withFile, { blocks: section('x') }],
    [withFile, { text: 'x' }],
  ];
  for (const [id, change] of taken) {
    const { status, body } = await edit(id, change);
    assert.equal(status, 202, `${JSON.stringify(change)} ${JSON.stringify(body)}`);
    await settled(api, id);
  }
});

test('of two concurrent edits the second is checked against the result of the first', async () => {
  for (let round = 0; round < 5; round += 1) {
    const id = await post({ text: 'a text' });
    const answers = await Promise.all([edit(id, { title: 'A title' }), edit(id, { blocks: section('x') })]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 422]);
    const { title, blocks } = await settled(api, id);
    assert.equal(title === null || blocks === null, true);
  }
});

test('the ledger shows a message’s blocks, also after an edit', async () => {
  const id = await post({ text: 'shown in notifications', blocks: section('first') });
  const blocksOf = async () => (await api.call('GET', `/messages/${id}`)).body.blocks;
  assert.deepEqual(await blocksOf(), section('first'));
  assert.deepEqual((await edit(id, { blocks: section('second') })).body.blocks, section('second'));
  await settled(api, id);
  const { body } = await api.call('GET', '/messages?q=shown+in+notifications');
  assert.deepEqual(body.messages[0].blocks, section('second'));
  await edit(id, { blocks: [], title: 'Now a title' });
  const { blocks, title, slack } = await settled(api, id);
  assert.deepEqual([blocks, title], [null, 'Now a title']);
  const there = (await said(api)).find(({ ts }) => ts === slack.ts);
  assert.equal(there?.text, '*Now a title*\nshown in notifications');
});

test('an edit of a message that can no longer be edited is a 409, whatever its fields', async () => {
  const id = await post({ text: 'a text', title: 'A title' });
  await api.call('DELETE', `/messages/${id}`);
  await settled(api, id);
  assert.equal((await edit(id, { blocks: section('x') })).status, 409);
});
