import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { clientOptions, createApi } from '../../src/slack/api.ts';
import { slackUrl } from '../../src/slack/hosts.ts';
import { defaultTimings } from '../../src/slack/options.ts';
import { fetchOnce } from '../../src/slack/transport.ts';

async function serve(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: { url: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the bot token', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`does not follow a redirect with status ${status}, and the failure says where it led`, async (t) => {
      const thief = await serve(t, (_request, response) => response.end('{"ok":true}'));
      const api = await serve(t, (_request, response) =>
        response.writeHead(status, { location: `${thief.url}/steal?x=1` }).end(),
      );
      const setup = {
        apiUrl: new URL(`${api.url}/api/`),
        timings: defaultTimings,
        log: pino({ level: 'silent' }),
        token: () => 'xoxb-secret',
        onError() {},
        onRefused() {},
      };
      const client = createApi(new WebClient(undefined, clientOptions(setup)), setup, { authLost() {}, authOk() {} });
      const answer = await client.call('chat.postMessage', { channel: 'C1', text: 'x' });
      assert.ok(!answer.ok);
      assert.equal(api.seen[0]?.authorization, 'Bearer xoxb-secret');
      assert.deepEqual(thief.seen, []);
      assert.equal(answer.failure.error, 'redirected');
      assert.equal(
        answer.failure.kind === 'retry' && answer.failure.outcomeUnknown,
        false,
        'nothing can have been posted',
      );
      assert.match(answer.failure.detail ?? '', new RegExp(`redirects to ${thief.url}; set SLACK_API_URL`));
      assert.doesNotMatch(answer.failure.detail ?? '', /steal/);
    });
  }

  it('a socket without encryption is refused when the API is encrypted', async (t) => {
    const answer = (url: string) => async () => Response.json({ ok: true, url });
    const open = (url: string) => {
      t.mock.method(globalThis, 'fetch', answer(url));
      return fetchOnce(new URL('https://slack.com/api/'), 'https://slack.com/api/apps.connections.open');
    };
    await assert.rejects(open('ws://wss-primary.slack.com/?ticket=1'), /address of the socket is not encrypted/);
    const good = await open('wss://wss-primary.slack.com/?ticket=1');
    assert.equal(((await good.json()) as { ok: boolean }).ok, true, 'the body can still be read');
  });
});

describe('addresses that came in an event', () => {
  it('over http are none of Slack’s, unless the API itself is a stand-in over http on that host', () => {
    const slack = new URL('https://slack.com/api/');
    for (const url of ['http://slack.com/files-pri/a', 'http://files.slack.com/a', 'http://slack.com:80/a']) {
      assert.equal(slackUrl(url, slack), null, url);
    }
    const standIn = new URL('http://fake-slack:9000/api/');
    assert.equal(slackUrl('http://fake-slack:9000/a', standIn)?.href, 'http://fake-slack:9000/a');
    assert.equal(slackUrl('http://other:9000/a', standIn), null);
  });
});
