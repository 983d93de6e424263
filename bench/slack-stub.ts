/** Slack's Web API for thousands of workspaces: every call is answered at once. The token `xoxb-T7-3` is of the workspace T7. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlackStub {
  apiUrl: string;
  /** Calls so far, by method. */
  calls: Map<string, number>;
  /** From now on no call is answered, until the returned function is called. */
  hang(): () => void;
  stop(): Promise<void>;
}

const teamOf = (token: string): string => /^xox[a-z]+-([A-Z0-9]+)/.exec(token)?.[1] ?? 'T0';

export async function startSlackStub(): Promise<SlackStub> {
  const calls = new Map<string, number>();
  let number = 0;
  let answers: Promise<void> | null = null;

  function answer(method: string, token: string, given: URLSearchParams): object {
    const team = teamOf(token);
    number += 1;
    switch (method) {
      case 'auth.test':
        return { url: `https://${team.toLowerCase()}.slack.com/`, team_id: team, user_id: 'UBOT', bot_id: 'BBOT' };
      case 'bots.info':
        return { bot: { app_id: 'A1' } };
      case 'oauth.v2.access': {
        const of = teamOf(given.get('refresh_token') ?? '');
        return {
          access_token: `xoxb-${of}-${number}`,
          refresh_token: `xoxe-${of}-${number}`,
          token_type: 'bot',
          expires_in: 43_200,
        };
      }
      case 'users.info':
        return { user: { id: given.get('user'), team_id: team, name: 'ada', profile: {}, deleted: false } };
      case 'conversations.open':
        return { channel: { id: `D${given.get('users')}` } };
      case 'chat.postMessage':
        return { channel: given.get('channel'), ts: `1700000000.${number}` };
      default:
        return { channels: [], members: [], messages: [] };
    }
  }

  const server = createServer((request, response) => {
    const method = request.url?.split('/').at(-1) ?? '';
    calls.set(method, (calls.get(method) ?? 0) + 1);
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', async () => {
      await answers;
      const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: true, ...answer(method, token, new URLSearchParams(body)) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    calls,
    hang() {
      let goOn = () => {};
      answers = new Promise((resolve) => {
        goOn = resolve;
      });
      return () => {
        answers = null;
        goOn();
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
