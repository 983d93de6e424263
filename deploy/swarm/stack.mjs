/**
 * Translates what `docker compose config --format json` prints (stdin) into what `docker stack deploy` takes (stdout). Swarm has
 * other names for limits and its own secrets, and refuses keys that it does not know. deploy/swarm/up runs this in the program's
 * image, which has Node.
 *
 *   stack.mjs [VOLUME/FILE=SECRET]…    the Docker secret that holds FILE of the volume secrets-VOLUME
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Keys of a service that Swarm has no use for: it starts in no order, restarts always, and pulls by itself. */
const without = [
  'build',
  'depends_on',
  'restart',
  'security_opt',
  'pull_policy',
  'profiles',
  'scale',
  'container_name',
];

/**
 * @param compose the project as Compose prints it
 * @param secrets names of Docker secrets by `VOLUME/FILE`
 * @param digest returns a digest of a file or folder of the machine
 */
export function toStack(compose, { secrets, digest }) {
  const services = Object.fromEntries(
    Object.entries(compose.services)
      .filter(([, { deploy }]) => deploy?.replicas !== 0)
      .map(([name, service]) => [name, toService(name, service, { project: compose.name, secrets, digest })]),
  );
  const used = Object.values(services).flatMap(({ volumes = [] }) => volumes.map(({ source }) => source));
  const names = Object.values(services).flatMap((service) => (service.secrets ?? []).map(({ source }) => source));
  return {
    services,
    networks: mapValues(compose.networks, ({ ipam, ...network }) => ({
      ...network,
      ...(ipam && Object.keys(ipam).length > 0 && { ipam }),
    })),
    volumes: Object.fromEntries(Object.entries(compose.volumes ?? {}).filter(([name]) => used.includes(name))),
    secrets: Object.fromEntries(names.map((name) => [name, { external: true }])),
  };
}

function toService(name, service, { project, secrets, digest }) {
  if (service.network_mode) throw new Error(`${name} has network_mode, which Swarm has not; leave the service out.`);
  const { mem_limit, pids_limit, cpus, tmpfs = [], volumes = [], labels, ports, deploy, ...others } = service;
  const mounts = volumes.filter(({ source }) => !isOfSecrets(source));
  const given = volumes.filter(({ source }) => isOfSecrets(source)).flatMap((mount) => secretsOf(mount, secrets));
  const files = mounts.filter(({ type, source }) => type === 'bind' && isOfProject(source)).map(({ source }) => source);
  for (const key of without) delete others[key];
  return clean({
    ...others,
    // By these names the collector and the page of containers know a service, on one machine and on several.
    labels: {
      ...labels,
      'com.docker.compose.project': project,
      'com.docker.compose.service': name,
      'com.docker.compose.oneoff': 'False',
      // Another content is another service, which Swarm then rolls. The program follows its own files while it runs.
      ...(files.length > 0 && !service.image.startsWith('ultronex:') && { 'ultronex.files': digest(files) }),
    },
    volumes: [...mounts.map(toMount), ...tmpfs.map(toTmpfs)],
    secrets: given,
    ports: ports?.map((port) => ({ ...port, published: Number(port.published) })),
    deploy: { ...deploy, resources: { ...deploy?.resources, limits: limits(service, deploy) } },
  });
}

const isOfSecrets = (source = '') => source.startsWith('secrets-');
/** The machine's own folders, such as / of node-exporter, are no configuration. */
const isOfProject = (source) => source.startsWith(root);
const root = fileURLToPath(new URL('../../', import.meta.url));

function secretsOf({ source, target }, secrets) {
  const volume = `${source.slice('secrets-'.length)}/`;
  return Object.entries(secrets)
    .filter(([file]) => file.startsWith(volume))
    .map(([file, name]) => ({ source: name, target: `${target}/${file.slice(volume.length)}`, mode: 0o444 }));
}

function limits({ mem_limit, pids_limit, cpus }, deploy) {
  return clean({
    memory: mem_limit,
    pids: pids_limit,
    cpus: cpus === undefined ? undefined : String(cpus),
    ...deploy?.resources?.limits,
  });
}

function toMount({ bind, volume, tmpfs, ...mount }) {
  const { create_host_path: _, ...ofBind } = bind ?? {};
  return {
    ...mount,
    ...(Object.keys(ofBind).length > 0 && { bind: ofBind }),
    ...(volume && Object.keys(volume).length > 0 && { volume }),
    // Swarm's own mode is 1777.
    ...(tmpfs && { tmpfs: { size: Number(tmpfs.size) } }),
  };
}

/** `/tmp:mode=1777,size=8m` */
function toTmpfs(written) {
  const [target, options = ''] = written.split(':');
  const [, digits, unit] = /(?:^|,)size=(\d+)([kmg])(?:,|$)/.exec(options) ?? [];
  if (digits === undefined) throw new Error(`tmpfs ${written} has no size; write ${target}:size=8m.`);
  return { type: 'tmpfs', target, tmpfs: { size: Number(digits) * 1024 ** ('kmg'.indexOf(unit) + 1) } };
}

/** Leaves out what is null, undefined or an empty list. */
function clean(object) {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value != null && !(Array.isArray(value) && value.length === 0)),
  );
}

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** Returns a digest of the names and contents of files and folders. */
function digestOf(paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  };
  for (const path of paths) add(path);
  return hash.digest('hex').slice(0, 16);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const secrets = Object.fromEntries(process.argv.slice(2).map((argument) => argument.split('=')));
  const stack = toStack(JSON.parse(await text(process.stdin)), { secrets, digest: digestOf });
  process.stdout.write(JSON.stringify(stack));
}
