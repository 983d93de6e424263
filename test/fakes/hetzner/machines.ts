import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Hooks, ServerStart } from './fake-hetzner.ts';
import type { Json } from './types.ts';

/** Containers that boot systemd and cloud-init behind the servers of the fake, with the addresses that it promised. */
export interface Machines {
  readonly hooks: Required<Hooks>;
  /** Takes away every container, volume, image and route that was made here. */
  stop(): Promise<void>;
}

interface MachineOptions {
  /** Begins every name, so that nobody else's containers are touched. */
  prefix: string;
  /** A Debian with systemd and cloud-init (NoCloud) and /init: what vps-up builds. */
  image?: string;
  /** The bridge of Docker's default network. */
  bridge?: string;
  /** A folder of this host that every machine sees as /srv/share, read-only. */
  share?: string;
}

/** As vps-up starts them: `--privileged` fails on engines without CAP_SYS_RESOURCE. */
const privileges = [
  ...['--cap-add=ALL', '--cap-drop=SYS_RESOURCE', '--cgroupns=private', '--device-cgroup-rule=a *:* rwm'],
  ...['seccomp', 'apparmor', 'systempaths'].flatMap((name) => ['--security-opt', `${name}=unconfined`]),
  ...['--tmpfs', '/run', '--tmpfs', '/run/lock'],
];

const run = promisify(execFile);
const bootMs = 90_000;

export function createMachines(options: MachineOptions): Machines {
  const { prefix, image = 'standin/vps', bridge = 'docker0', share } = options;
  const docker = async (...args: string[]) => (await run('docker', args)).stdout.trim();
  const devices = new Map<number, string>();
  const undo = new Map<string, () => Promise<unknown>>();
  const nameOf = ({ id }: Json) => `${prefix}-${id}`;
  const tagOf = ({ id }: Json) => `${prefix}-image:${id}`;

  async function copyVolume(from: string, to: string): Promise<void> {
    undo.set(`volume ${to}`, () => docker('volume', 'rm', '-f', to));
    await docker('run', '--rm', '-v', `${from}:/from:ro`, '-v', `${to}:/to`, image, 'cp', '-a', '/from/.', '/to/');
  }

  /** Booted, and with its address. Whoever routes by this host reaches it: the bridge asks for the address by ARP. */
  async function boot(name: string, server: Json): Promise<{ ipv4?: string }> {
    await docker('start', name);
    const until = Date.now() + bootMs;
    while (!/^active/m.test(await sshOf(name))) {
      if (Date.now() > until) throw new Error(`${name} did not boot in ${bootMs} ms. See docker logs ${name}`);
      await sleep(300);
    }
    const promised = addressOf(server);
    if (!promised) return {};
    await docker('exec', name, 'ip', 'address', 'replace', `${promised}/32`, 'dev', 'eth0');
    undo.set(`route ${name}`, () => run('ip', ['route', 'del', `${promised}/32`]));
    await run('ip', ['route', 'replace', `${promised}/32`, 'dev', bridge]);
    return { ipv4: promised };
  }

  /** A volume is a file, as long as the machines are there. */
  async function deviceOf({ id, size, format }: Json): Promise<string> {
    const known = devices.get(Number(id));
    if (known) return known;
    const folder = mkdtempSync(join(tmpdir(), 'volume-'));
    undo.set(`file ${id}`, async () => rmSync(folder, { recursive: true }));
    const file = join(folder, 'disk');
    await run('truncate', ['-s', `${size}G`, file]);
    if (format) await run(`mkfs.${format}`, ['-q', file]);
    const device = (await run('losetup', ['-f', '--show', file])).stdout.trim();
    undo.set(`device ${id}`, () => run('losetup', ['-d', device]));
    devices.set(Number(id), device);
    return device;
  }

  /** Not the end of the boot: cloud-init may be at work for minutes, as on a real server. */
  const sshOf = (name: string) =>
    docker('exec', name, 'systemctl', 'is-active', 'ssh').catch((error: { stdout?: string }) => error.stdout ?? '');

  async function end(name: string): Promise<void> {
    for (const what of ['route', 'container', 'volume']) {
      const key = what === 'volume' ? `volume ${name}-docker` : `${what} ${name}`;
      await undo.get(key)?.();
      undo.delete(key);
    }
  }

  return {
    hooks: {
      async onServerCreate(server, start) {
        const name = nameOf(server);
        const from = server.image as Json;
        const copied = from.type === 'snapshot' || from.type === 'backup';
        if (copied) await copyVolume(`${tagOf(from).replace(':', '-')}-docker`, `${name}-docker`);
        undo.set(`volume ${name}-docker`, () => docker('volume', 'rm', '-f', `${name}-docker`));
        undo.set(`container ${name}`, () => docker('rm', '-f', '-v', name));
        const names = ['--name', name, '--hostname', String(server.name)];
        const mounts = ['-v', `${name}-docker:/var/lib/docker`, ...(share ? ['-v', `${share}:/srv/share:ro`] : [])];
        await docker('create', ...names, ...mounts, ...privileges, copied ? tagOf(from) : image);
        await seed(name, server, start);
        return boot(name, server);
      },
      onServerDelete: (server) => end(nameOf(server)),
      async onImageCreate(server, taken) {
        const name = nameOf(server);
        await docker('stop', '-t', '30', name);
        undo.set(`image ${taken.id}`, () => docker('image', 'rm', '-f', tagOf(taken)));
        await docker('commit', name, tagOf(taken));
        await copyVolume(`${name}-docker`, `${tagOf(taken).replace(':', '-')}-docker`);
        if (server.status === 'running') await boot(name, server);
      },
      async onVolumeAttach(server, volume) {
        const device = await deviceOf(volume);
        const { linux_device: path } = volume as { linux_device: string };
        // Without udev systemd waits for a device for ever, but where it sees that there are none: /sys is read-only.
        const script = `mount -o remount,bind,ro /sys && systemctl daemon-reexec && mkdir -p "$(dirname "$2")" &&
          { [ -b "$1" ] || mknod "$1" b 7 "\${1#/dev/loop}"; } && ln -sfn "$1" "$2"`;
        await docker('exec', nameOf(server), 'sh', '-ec', script, 'sh', device, path);
      },
      /** Nobody can pull a mounted device out of a container: the machine loses its power instead. */
      onVolumeDetach: async (server) => void (await docker('kill', nameOf(server))),
    },
    async stop() {
      for (const [key, work] of [...undo].reverse()) {
        await work().catch(() => undefined);
        undo.delete(key);
      }
    },
  };

  /** Into the machine and not mounted, so that `cloud-init clean --seed` takes it away as on a real one. */
  async function seed(name: string, server: Json, { userData, sshKeys }: ServerStart): Promise<void> {
    const root = mkdtempSync(join(tmpdir(), 'machine-'));
    const folder = join(root, 'var/lib/cloud/seed/nocloud');
    mkdirSync(folder, { recursive: true });
    const keys = sshKeys.map(({ public_key }) => public_key.trim());
    // cloud-init reads YAML, of which JSON is a part.
    const meta = { 'instance-id': name, 'local-hostname': server.name, 'public-keys': keys };
    writeFileSync(join(folder, 'meta-data'), JSON.stringify(meta));
    writeFileSync(join(folder, 'user-data'), userData || '#cloud-config\n{}\n');
    await docker('cp', `${root}/var/lib/cloud`, `${name}:/var/lib/`);
    rmSync(root, { recursive: true });
  }
}

function addressOf(server: Json): string | undefined {
  return (server.public_net as { ipv4: { ip: string } | null }).ipv4?.ip;
}
