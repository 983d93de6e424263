import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../stack/command.ts';
import { type Machine, type Machines, versions } from './machines.ts';

const scaling = join(import.meta.dirname, '../../docs/scaling.md');

/**
 * Makes a backup as the timer does, and restores its store into a file. Returns what the file has.
 * @param least messages that the store has at least
 * @throws Error when the backup lacks messages, or the program was not told of it
 */
export async function tryBackup({ all, on }: Machines, login: string, least: number): Promise<string> {
  const first = all[0] as Machine;
  await on(first, 'systemctl start ultronex-backup || { journalctl -u ultronex-backup -n 30 --no-pager >&2; exit 1; }');
  const fetched = '/root/fetched';
  await on(
    first,
    `set -ea; . /etc/ultronex/backup.env; rm -rf ${fetched}; restic restore latest --quiet --tag ultronex --target ${fetched}`,
  );
  const stage = `${fetched}/var/lib/ultronex-backup/stage`;
  const image = `ultronex:${versions.first}`;
  const said = await on(
    first,
    `docker run --rm --network none -v ${stage}/store:/backup:ro ${image} restore /backup/ultronex.db && ls ${stage}/env ${stage}/files`,
  );
  const messages = Number(/: (\d+) messages?, 1 tracked pattern$/m.exec(said)?.[1]);
  if (!(messages >= least))
    throw new Error(`${least} messages were acknowledged before the backup, which has:\n${said}`);
  const beats = JSON.parse(
    await run('curl', ['-sSf', '-u', login, `http://${first.address}:8081/ultronex/beats`]),
  ).beats;
  const state = beats.find(({ name }: { name: string }) => name === 'server-backup')?.state;
  if (state !== 'ok') throw new Error(`the beat server-backup is ${state}`);
  return said;
}

/** Makes a backup, then restores it by the commands of docs/scaling.md. Returns what they print. */
export async function tryRestore({ all, on }: Machines): Promise<string> {
  const [, commands] = /\*\*To restore\*\*[^`]*```\n(.*?)```/s.exec(readFileSync(scaling, 'utf8')) ?? [];
  if (commands === undefined) throw new Error('docs/scaling.md has no commands of a restore');
  const first = all[0] as Machine;
  await on(first, '/opt/ultronex/deploy/swarm/backup --check 2>&1');
  const said = await on(first, `exec 2>&1; set -e\n${commands.replace('VERSION', versions.first)}`);
  if (!/: \d+ messages?, 1 tracked pattern$/m.test(said)) throw new Error(`the store was not restored:\n${said}`);
  return said;
}
