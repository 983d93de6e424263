// A server that checks look at. It keeps the times of the requests for each path; GET /times returns them.
import { createServer } from 'node:http';

const times = {};

createServer((request, response) => {
  const path = request.url ?? '/';
  if (path === '/heartbeat') return response.end('ok');
  if (path === '/times') return response.end(JSON.stringify(times));
  times[path] ??= [];
  times[path].push(Date.now());
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"up"}');
}).listen(Number(process.env.PORT), '127.0.0.1');
