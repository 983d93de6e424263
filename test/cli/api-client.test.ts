import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it, type TestContext } from 'node:test';
import { createApiClient, NotReached } from '../../src/cli/api-client.ts';
import { CommandFailed } from '../../src/cli/command.ts';

/** A server that sends a web page with status 200; it ends it or not. */
async function start(t: TestContext, ends: boolean) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    if (ends) response.end('<html>Log in</html>');
    else response.write('<html>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { base, api: createApiClient({ base, authorization: 'Bearer x' }) };
}

it('a web page in place of the answer is an error that names the address', async (t) => {
  const { base, api } = await start(t, true);
  const expected = new CommandFailed(`What answers at ${base} is not Ultronex; give its address with --url.`);
  await assert.rejects(api.post('/beat/job', '', 5_000), expected);
  await assert.rejects(api.call('GET', '/beats'), expected);
});

it('an answer that does not end in time is an error that names the address, and may be tried again', async (t) => {
  const { base, api } = await start(t, false);
  await assert.rejects(api.post('/beat/job', '', 200), (error: Error) => {
    assert.ok(error instanceof NotReached);
    assert.match(error.message, new RegExp(`^${base} does not answer \\(no answer in time\\)`));
    return true;
  });
});
