// A consumer of events as a process of its own: node events-consumer.mjs list|group URL KEY FILE. It appends each id to FILE.
import { openSync, writeSync } from 'node:fs';
import { Redis } from 'iovalkey';

const [kind, url, key, file] = process.argv.slice(2);
const out = openSync(file, 'a');
const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => 50 });
client.on('error', () => {});
const keep = (body) => {
  const { id, text, channel_uid } = JSON.parse(body);
  writeSync(out, `${JSON.stringify([id, channel_uid, text])}\n`);
};

async function list() {
  // As the clients of Relax do.
  const [, body] = (await client.blpop(key, 1)) ?? [];
  if (body !== undefined) keep(body);
}

let pending = true;
async function group() {
  await client.xgroup('CREATE', key, 'g', '0', 'MKSTREAM').catch(() => {});
  // First what was read before a crash and not acknowledged.
  const from = pending ? '0' : '>';
  const read = await client.xreadgroup('GROUP', 'g', 'c', 'COUNT', 50, 'BLOCK', 500, 'STREAMS', key, from);
  const entries = read?.[0]?.[1] ?? [];
  for (const [, fields] of entries) if (fields !== null) keep(fields[3]);
  if (entries.length > 0) await client.xack(key, 'g', ...entries.map(([entry]) => entry));
  if (pending && entries.length === 0) pending = false;
}

for (;;) {
  try {
    await (kind === 'list' ? list() : group());
  } catch {
    pending = true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
