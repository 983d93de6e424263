import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';

const answers: Record<string, [status: string, msg: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The address and the headers are larger than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive within 30 s.'],
};
const unreadable = ['400 Bad Request', 'This is not an HTTP request that can be read.'] as const;

/**
 * Responds to a connection whose bytes Node could not parse as a request. There is no Fastify reply yet, so the response
 * is written to the socket, in the same form as other errors.
 */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, msg] = answers[error.code ?? ''] ?? unreadable;
  const body = JSON.stringify({ msg });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
