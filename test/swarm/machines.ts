import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { attempt, type Ran, run } from '../stack/command.ts';

const root = resolve(import.meta.dirname, '../..');
const tools = resolve(root, '../shared/tools');
export const versions = { first: 'swarm-a', second: 'swarm-b', broken: 'swarm-broken' };

/** Services of the stack without which the test runs: their images, or their memory, are not here. */
const optional = ['grafana', 'loki', 'otelcol', 'prometheus', 'alertmanager', 'node-exporter', 'node-network'];

export interface Machine {
  /** In the inventory. */
  name: string;
  /** Its name for Docker, and its host name. */
  container: string;
  address: string;
}

interface Inventory {
  servers: { hosts: Record<string, { private_address: string }> };
}

export interface Machines {
  all: readonly Machine[];
  /** Runs a line on a machine. */
  on(machine: Machine, line: string): Promise<string>;
  /** Runs the play, all of it or some tags, and returns Ansible's summary of each machine. */
  play(...tags: string[]): Promise<string>;
  /** Ends a machine as a power cut does. */
  lose(machine: Machine): Promise<void>;
  /** A new machine in place of a lost one. */
  replace(machine: Machine): Promise<void>;
  remove(): Promise<void>;
}

/** Saves the images of the services, and three of the program: a version, another one, and one that ends at its start. */
export async function saveImages(file: string): Promise<void> {
  const build = (tag: string, lines: string) =>
    run('docker', ['build', '-q', '-t', `ultronex:${tag}`, '-'], { input: `FROM ultronex:latest\n${lines}\n` });
  await build(versions.first, 'LABEL practice=first');
  await build(versions.second, 'LABEL practice=second');
  await build(versions.broken, 'USER root\nRUN sed -i "1i process.exit(3);" dist/app/start.js\nUSER node');
  const images = Object.values(versions).map((version) => `ultronex:${version}`);
  images.push('haproxy:3.2', await valkeyImage());
  await run('docker', ['save', '-o', file, ...images]);
}

/** Returns the name of Valkey's image, as docker-compose.yml has it. */
async function valkeyImage(): Promise<string> {
  const compose = ['compose', '--file', join(root, 'docker-compose.yml'), '--profile', 'redis', 'config', '--images'];
  const image = (await run('docker', compose)).split('\n').find((each) => each.startsWith('valkey/'));
  if (image === undefined) throw new Error('docker-compose.yml has no image of Valkey');
  return image;
}

/** A service that reads Valkey, as docs/events.md describes it, on another machine than Valkey's. The test runs valkey-cli in it. */
const reader = {
  command: ['sleep', 'infinity'],
  networks: ['events'],
  volumes: ['secrets-valkey:/run/secrets:ro'],
  deploy: { placement: { constraints: ['node.labels.ultronex.data != true'] } },
};

/** Starts the machines, or takes those that an earlier run left with its files in `work`; `env` has lines of .env. */
export async function startMachines(work: string, archive: string, env: Record<string, string>): Promise<Machines> {
  const key = join(work, 'key');
  const inventory = join(work, 'inventory.yml');
  const all: Machine[] = [1, 2, 3].map((number) => ({
    name: `ultronex-${number}`,
    container: `swarm-test-${number}`,
    address: '',
  }));
  if (existsSync(inventory)) {
    const { hosts } = (JSON.parse(readFileSync(inventory, 'utf8')) as Inventory).servers;
    for (const machine of all) machine.address = hosts[machine.name]?.private_address ?? '';
  } else {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'swarm', '-f', key]);
    for (const machine of all) await start(machine);
    writeInventory();
  }
  const source = await run('docker', [
    ...['run', '--rm', '--entrypoint', 'sh', 'standin/vps', '-c'],
    "grep -rhoE 'https?://[^ ]+/debian' /etc/apt/sources.list /etc/apt/sources.list.d | head -n 1",
  ]);
  const settings = {
    base_security_url: `${source.trim()}-security`,
    ultronex_version: versions.first,
    ultronex_image_source: 'archive',
    ultronex_image_archive: archive,
    ...Object.fromEntries(
      ['database', 'database_superuser', 'database_replication'].map((each) => [
        `${each}_password`,
        `only-for-${each}`,
      ]),
    ),
    backup_repository: '/var/backups/ultronex',
    backup_password: 'only-for-the-backup',
    ultronex_env: env,
    ultronex_compose: {
      services: {
        ...Object.fromEntries(optional.map((name) => [name, { profiles: ['off'] }])),
        reader: { ...reader, image: await valkeyImage() },
      },
    },
  };
  // JSON is YAML. Passwords stay those of the machines.
  const file = join(work, 'settings.yml');
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(settings));

  async function start(machine: Machine): Promise<void> {
    await run(join(tools, 'vps-up'), ['--rm', machine.container]);
    machine.address = (await run(join(tools, 'vps-up'), [machine.container, '--ssh-key', `${key}.pub`])).trim();
  }
  function writeInventory(): void {
    const hosts = all.map(({ name, address }) => [
      name,
      { ansible_host: address, ansible_user: 'root', private_address: address },
    ]);
    writeFileSync(inventory, JSON.stringify({ servers: { hosts: Object.fromEntries(hosts) } }));
  }

  const sshOptions = [
    ...['-i', key, '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
    ...['-o', 'ConnectTimeout=5', '-o', 'LogLevel=ERROR'],
  ];
  return {
    all,
    on: ({ address }, line) => run('ssh', [...sshOptions, `root@${address}`, line]),
    async play(...tags) {
      const { code, stdout, stderr }: Ran = await attempt(
        'ansible-playbook',
        [
          ...['-i', join(work, 'inventory.yml'), '--private-key', key],
          ...['-e', `@${file}`, join(root, 'ansible/swarm.yml')],
          ...(tags.length > 0 ? ['--tags', tags.join(',')] : []),
        ],
        {
          env: {
            ANSIBLE_CONFIG: join(root, 'ansible/ansible.cfg'),
            ANSIBLE_NOCOLOR: '1',
            ANSIBLE_SSH_ARGS: `-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no`,
          },
        },
      );
      writeFileSync(join(work, 'play.log'), stdout + stderr);
      if (code !== 0) throw new Error(`ansible-playbook ended with ${code}:\n${(stdout + stderr).slice(-6_000)}`);
      return stdout.slice(stdout.indexOf('PLAY RECAP'));
    },
    // The processes of the machine, without a word to anybody; its address is silent from then on.
    lose: async ({ container }) => void (await run('docker', ['kill', container])),
    async replace(machine) {
      await start(machine);
      writeInventory();
    },
    async remove() {
      for (const { container } of all) await run(join(tools, 'vps-up'), ['--rm', container]);
    },
  };
}
