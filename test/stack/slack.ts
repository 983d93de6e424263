/**
 * Slack for the started stack, as a container: the fake with its control API on 9000, with many channels, so that the
 * pace of one is not what is tested; and on 9001 what a Slack incoming webhook is, remembered: GET / lists the bodies.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { startFakeSlack } from '../fakes/slack/index.ts';

const named = ['general', 'alerts', ...Array.from({ length: 40 }, (_, index) => `load-${index}`)];
const channels = named.map((name, index) => ({ id: `C${100 + index}`, name }));

await startFakeSlack({
  host: '0.0.0.0',
  port: 9000,
  publicUrl: 'http://fake-slack:9000',
  teams: [{ id: 'T1', channels }],
  control: true,
});

const hooks: unknown[] = [];
createServer(async (request, response) => {
  if (request.method === 'POST') hooks.push(JSON.parse(await text(request)));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(hooks));
}).listen(9001, '0.0.0.0');

process.once('SIGTERM', () => process.exit(0));
