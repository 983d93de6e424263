import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** An HTTP server that keeps what it is sent, and answers as told. */
export async function startReceiver(t: { after(run: () => Promise<void>): void }) {
  const received: Received[] = [];
  const receiver = {
    received,
    url: '',
    status: 200,
    headers: {} as Record<string, string>,
    /** Answers nothing, and closes the connection. */
    hangUp: false,
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      if (receiver.hangUp) return void request.socket.destroy();
      response.writeHead(receiver.status, receiver.headers).end('because');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return receiver;
}
