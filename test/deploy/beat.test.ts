import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { attempt } from '../stack/command.ts';
import { tempDir } from '../support/temp.ts';

const lib = resolve(import.meta.dirname, '../../deploy/bin/lib.sh');

test('a beat is a POST with the program’s login from inside of its container; a refusal is said, and no secret', async (t) => {
  const asked: (string | undefined)[][] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push([request.method, request.url, request.headers.authorization, Buffer.concat(chunks).toString()]);
    response.writeHead(status).end('OK or not');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close());
  const folder = tempDir(t);
  const [project, bin] = [join(folder, 'project'), join(folder, 'bin')];
  for (const each of [project, bin]) mkdirSync(each);
  writeFileSync(join(folder, 'password'), 'correct horse\n');
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(folder, 'env'), `PORT=${port}\nBASIC_AUTH_PASSWORD_FILE=${join(folder, 'password')}\n`);
  // Runs what is for the container here, with the settings of this test.
  writeFileSync(
    join(bin, 'docker'),
    `#!/bin/bash\n[ "$1" != ps ] || { echo one; exit; }\nshift 3\nexec node --env-file=${join(folder, 'env')} "\${@:2}"\n`,
    { mode: 0o755 },
  );
  const env = { PATH: `${bin}:${process.env.PATH}`, ULTRONEX_PROJECT: project };
  const beat = (text: string) =>
    attempt('bash', ['-c', `. ${lib}; compose_project=fake; beat server-backup 1 "$1"`, 'backup', text], { env });

  const sent = await beat('-- the first line\nof rest:https://me:hunter2@host/x, "quoted" $(id) ä');
  assert.deepEqual([sent.code, sent.stderr], [0, '']);
  assert.deepEqual(asked, [
    [
      'POST',
      '/ultronex/beat/server-backup/1',
      `Basic ${Buffer.from('ultronex:correct horse').toString('base64')}`,
      '-- the first line\nof rest:https://[redacted]@host/x, "quoted" $(id) ä',
    ],
  ]);
  status = 503;
  const refused = await beat('x');
  assert.equal(refused.code, 0);
  assert.match(refused.stderr, /the program was not told of this \(beat server-backup\): it answers 503: OK or not$/m);
  assert.doesNotMatch(refused.stderr, /horse|Basic/);
  server.close();
  server.closeAllConnections();
  assert.match((await beat('x')).stderr, /\(beat server-backup\): ECONNREFUSED$/m);
});
