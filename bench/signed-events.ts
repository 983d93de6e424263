/** Slack's events over HTTP, signed, over kept connections. The requests are made before they are sent, so that sending is cheap. */
import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export const signingSecret = 'bench-signing-secret';

export interface Message {
  team: string;
  channel: string;
  user: string;
  text: string;
}

let sent = 0;

/** A message of some 1,000 bytes, as Slack sends it. */
function bodyOf({ team, channel, user, text }: Message): string {
  sent += 1;
  const ts = `${1_700_000_000 + Math.floor(sent / 1_000_000)}.${String(sent % 1_000_000).padStart(6, '0')}`;
  const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }];
  const event = { type: 'message', channel, user, text, ts, event_ts: ts, channel_type: 'channel', team };
  return JSON.stringify({
    ...{ token: 'verification', team_id: team, api_app_id: 'A1', type: 'event_callback', event_id: `Ev${sent}` },
    event: {
      ...event,
      ...{ client_msg_id: `00000000-0000-4000-8000-${String(sent).padStart(12, '0')}` },
      blocks: [{ type: 'rich_text', block_id: 'b1', elements }],
    },
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [
      { enterprise_id: null, team_id: team, user_id: 'UBOT', is_bot: true, is_enterprise_install: false },
    ],
    ...{ is_ext_shared_channel: false, event_context: `4-${'e'.repeat(200)}` },
  });
}

/** Returns requests that are valid for five minutes. */
export function signedRequests(messages: readonly Message[]): Buffer[] {
  const at = Math.floor(Date.now() / 1_000);
  return messages.map((message) => {
    const body = bodyOf(message);
    const signature = createHmac('sha256', signingSecret).update(`v0:${at}:${body}`).digest('hex');
    return Buffer.from(
      'POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n' +
        `content-length: ${Buffer.byteLength(body)}\r\nx-slack-request-timestamp: ${at}\r\n` +
        `x-slack-signature: v0=${signature}\r\n\r\n${body}`,
    );
  });
}

/** Sends the requests over so many connections, one at a time on each. @throws when one is not answered with 200 */
export async function sendAll(url: string, requests: readonly Buffer[], connections = 32): Promise<void> {
  let next = 0;
  const { port } = new URL(url);
  await Promise.all(
    Array.from({ length: Math.min(connections, requests.length) }, () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.setNoDelay(true);
      return use(socket, () => requests[next++]).finally(() => socket.destroy());
    }),
  );
}

function use(socket: Socket, next: () => Buffer | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let got = '';
    const send = () => {
      const request = next();
      if (request === undefined) resolve();
      else socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a connection was closed')));
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
      const end = got.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(got)?.[1] ?? 0);
      // Bolt answers without a length, in chunks.
      if (/transfer-encoding: chunked/i.test(got) ? !got.endsWith('0\r\n\r\n') : got.length < end + 4 + length) return;
      if (!got.startsWith('HTTP/1.1 200')) return reject(new Error(`an event was answered with ${got.slice(0, 200)}`));
      got = '';
      send();
    });
  });
}
