import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type Program, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const ended = (program: Program) => once(program.child, 'exit').then(([code]) => code as number | null);

/** A connection to the program that is written to byte by byte. */
async function open(t: TestContext, { url, user, password }: Program) {
  const { port, host } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  const errors: Error[] = [];
  socket.on('error', (error) => errors.push(error));
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
  });
  const closed = once(socket, 'close');
  const login = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    closed,
    errors,
    received: () => received,
    send(head: string, body = '') {
      socket.write(`${head} HTTP/1.1\r\nhost: ${host}\r\nauthorization: ${login}\r\n`);
      if (body !== '') socket.write(`content-type: text/plain\r\ncontent-length: ${body.length}\r\n`);
      socket.write(`\r\n${body.slice(0, -1)}`);
    },
    sendLast: (body: string) => socket.write(body.slice(-1)),
    until: (pattern: RegExp) => eventually(`${pattern}`, () => pattern.test(received)),
  };
}

test('a stop answers what is under way and what comes over open connections, and ends event streams', async (t) => {
  const program = await startProgram(t, { dataDir: tempDir(t) });
  const slow = await open(t, program);
  slow.send('POST /ultronex/slack/general', 'under way');
  const stream = await open(t, program);
  stream.send('GET /ultronex/events');
  await stream.until(/retry: 2000/);
  const idle = await open(t, program);
  idle.send('GET /ultronex/heartbeat');
  await idle.until(/I am alive/);

  const exit = ended(program);
  const began = performance.now();
  program.child.kill('SIGTERM');
  await stream.closed;
  await idle.closed;
  slow.sendLast('under way');
  await slow.closed;
  assert.match(slow.received(), /^HTTP\/1\.1 200 OK/);
  assert.match(slow.received(), /\r\n0\r\n\r\n$|"\}$/, 'the whole answer');
  assert.match(stream.received(), /\r\n0\r\n\r\n$/, 'the end of the stream, and not of the connection alone');
  assert.equal(await exit, 0);
  assert.ok(performance.now() - began < 3_000, 'no waiting without a reason');
  assert.deepEqual([...slow.errors, ...stream.errors, ...idle.errors], []);
});

test('a request that does not come to its end delays a stop by three seconds', async (t) => {
  const program = await startProgram(t, { dataDir: tempDir(t) });
  const endless = await open(t, program);
  endless.send('POST /ultronex/slack/general', 'never whole');
  const exit = ended(program);
  const began = performance.now();
  await sleep(100);
  program.child.kill('SIGTERM');
  await endless.closed;
  assert.equal(await exit, 0);
  assert.ok(performance.now() - began > 2_500);
});

test('a client that asks again and again over one connection is told with a response that it ends', async (t) => {
  const program = await startProgram(t, { dataDir: tempDir(t) });
  const busy = await open(t, program);
  const exit = ended(program);
  const answers = () => busy.received().match(/I am alive!"\}/g)?.length ?? 0;
  const isTold = () => /connection: close/i.test(busy.received());
  for (let asked = 1; !isTold(); asked += 1) {
    busy.send('GET /ultronex/heartbeat');
    for (const until = Date.now() + 5_000; answers() < asked; await sleep(1))
      assert.ok(Date.now() < until, 'an answer');
    if (asked === 50) program.child.kill('SIGTERM');
  }
  await busy.closed;
  assert.equal(await exit, 0);
  assert.deepEqual(busy.errors, []);
  const last = busy.received().slice(busy.received().lastIndexOf('HTTP/1.1 '));
  assert.match(last, /^HTTP\/1\.1 200 OK\r\n(.*\r\n)*connection: close\r\n(.*\r\n)*.*I am alive!"\}$/i);
});
