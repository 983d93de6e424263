import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startFakeSmtp } from './index.ts';

test('the fake mail server keeps a mail as RFC 5321 sends it', async (t) => {
  const smtp = await startFakeSmtp();
  t.after(() => smtp.close());
  const [host = '', port] = smtp.host.split(':');
  const socket = connect(Number(port), host).setEncoding('utf8');
  let said = '';
  socket.on('data', (text) => {
    said += text;
  });
  const login = Buffer.from('\0ada\0secret').toString('base64');
  const lines = [
    'EHLO me',
    `AUTH PLAIN ${login}`,
    'MAIL FROM:<a@x>',
    'RCPT TO:<b@y>',
    'DATA',
    'Subject: s',
    '',
    '..dot',
    '.',
    'QUIT',
  ];
  socket.write(`${lines.join('\r\n')}\r\n`);
  await once(socket, 'close');
  assert.match(said, /^220 .*235 .*354 .*250 queued.*221 /s);
  assert.deepEqual(smtp.mails, [{ from: 'a@x', to: ['b@y'], source: 'Subject: s\n\n.dot', login: 'ada:secret' }]);
});
