// Checks in the way of uptime-kuma: one interval a check, plain fetch over kept connections, one row a result.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { TARGET, CHECKS, EVERY_MS, FILE, ROOT } = process.env;
const driver = await import(pathToFileURL(join(ROOT, 'dist/stores/sqlite/driver.js')).href);
const db = driver.openDatabase(FILE);
db.exec(
  'PRAGMA journal_mode = WAL; CREATE TABLE heartbeat (id INTEGER PRIMARY KEY, monitor TEXT, at REAL, ping REAL, up INTEGER)',
);
const insert = db.prepare('INSERT INTO heartbeat (monitor, at, ping, up) VALUES (?, ?, ?, ?)');

async function look(name) {
  const at = Date.now();
  const up = await fetch(`${TARGET}/${name}`)
    .then(async (response) => response.ok && (await response.json()).status === 'up')
    .catch(() => false);
  insert.run(name, at, Date.now() - at, up ? 1 : 0);
}

const every = Number(EVERY_MS);
for (let index = 0; index < Number(CHECKS); index += 1) {
  const name = `check-${index}`;
  setTimeout(() => {
    void look(name);
    setInterval(look, every, name);
  }, Math.random() * every);
}

createServer((_, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
