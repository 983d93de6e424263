/** The least that takes Slack's events: two Socket Mode connections that parse each envelope and acknowledge it. */
import { createServer } from 'node:http';
import { WebSocket } from 'ws';

async function connect() {
  const response = await fetch(`${process.env.SLACK_API_URL}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.SLACK_APP_TOKEN}` },
  });
  const { url } = await response.json();
  const socket = new WebSocket(url);
  socket.on('message', (data) => {
    const { envelope_id } = JSON.parse(data.toString());
    if (envelope_id !== undefined) socket.send(JSON.stringify({ envelope_id }));
  });
  await new Promise((resolve) => socket.once('open', resolve));
}

await connect();
await connect();
createServer((_request, response) => response.end()).listen(Number(process.env.PORT), '127.0.0.1');
