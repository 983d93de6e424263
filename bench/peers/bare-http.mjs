/** The least that answers what Ultronex answers: node:http, no router, no check, no store. */
import { createServer } from 'node:http';

const heartbeat = JSON.stringify({ msg: "I don't have a heart but I am alive!" });
const type = 'application/json; charset=utf-8';

const server = createServer((request, response) => {
  if (request.method === 'GET') return answer(response, heartbeat);
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const { msg } = JSON.parse(text);
    const shown = { channel: msg.channel, text: msg.text, title: msg.title };
    answer(response, JSON.stringify({ id: '00000000-0000-4000-8000-000000000000', msg: shown, status: 'triggered' }));
  });
});

function answer(response, body) {
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

// Fastify's, so that the bytes are the same.
server.keepAliveTimeout = 72_000;
server.listen(Number(process.env.PORT), '127.0.0.1');
