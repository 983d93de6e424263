import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface FakeMail {
  from: string;
  to: string[];
  /** Header and body as they came, without the dots that SMTP adds. */
  source: string;
  /** `user:password` of the login; '' without one. */
  login: string;
}

export interface FakeSmtp {
  /** `127.0.0.1:40123` */
  host: string;
  mails: FakeMail[];
  /** Replies in place of the usual ones, by the first word of the command: `{ RCPT: '550 unknown' }`. */
  replies: Record<string, string>;
  /** Accepts connections and says nothing. */
  silent: boolean;
  close(): Promise<void>;
}

/** A mail server that keeps what it is sent: RFC 5321 as far as nodemailer needs it, with AUTH PLAIN and without TLS. */
export async function startFakeSmtp(): Promise<FakeSmtp> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (!fake.silent) serve(socket, fake);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeSmtp = {
    host: `127.0.0.1:${(server.address() as { port: number }).port}`,
    mails: [],
    replies: {},
    silent: false,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

function serve(socket: Socket, fake: FakeSmtp): void {
  let mail: FakeMail = { from: '', to: [], source: '', login: '' };
  let login = '';
  let data: string[] | null = null;
  let rest = '';
  const say = (text: string) => socket.write(`${text}\r\n`);
  say('220 fake ESMTP');

  function command(line: string): void {
    const [word = '', ...more] = line.split(' ');
    const verb = word.toUpperCase();
    const other = fake.replies[verb];
    if (other !== undefined) return void say(other);
    if (verb === 'EHLO') return void say('250-fake\r\n250-AUTH PLAIN\r\n250 SIZE 1000000');
    if (verb === 'AUTH') {
      login = Buffer.from(more[1] ?? '', 'base64')
        .toString()
        .split('\0')
        .slice(1)
        .join(':');
      return void say('235 welcome');
    }
    if (verb === 'MAIL') mail = { from: addressOf(line), to: [], source: '', login };
    if (verb === 'RCPT') mail.to.push(addressOf(line));
    if (verb === 'DATA') {
      data = [];
      return void say('354 go on');
    }
    if (verb === 'QUIT') return void socket.end('221 bye\r\n');
    say('250 ok');
  }

  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    rest += chunk;
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      if (data === null) command(line);
      else if (line !== '.') data.push(line.replace(/^\.\./, '.'));
      else {
        fake.mails.push({ ...mail, source: data.join('\n') });
        data = null;
        say(fake.replies['.'] ?? '250 queued');
      }
    }
  });
}

const addressOf = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? '';
