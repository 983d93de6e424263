import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a container made of an image is like. `reasons`: the lines of its /readyz; null: it does not answer. */
export interface FakeImage {
  /** Default: its name. */
  id?: string;
  /** By which the registry knows it. */
  digest?: string;
  health?: 'healthy' | 'unhealthy' | 'starting';
  reasons?: string[] | null;
  /** Why its `audit add` fails; default: it succeeds. */
  audit?: string;
  /** Why a beat fails; default: it succeeds. */
  beat?: string;
}

export interface FakeContainer {
  id: string;
  service: string;
  image: string;
  /** Id of the image that it was made of; default: what the name stands for at first. */
  imageId?: string;
}

export interface FakeState {
  images: Record<string, FakeImage>;
  containers: FakeContainer[];
  calls: string[];
  /** What `compose pull` and `compose build` bring under a name; null: the registry is away. */
  registry?: Record<string, FakeImage> | null;
  /** The beats that the program took. */
  beats?: [name: string, code: string, text: string][];
  /** What `store compare` finds that the backup lacks. */
  lacks?: string;
  /** The machine's label `ultronex.data` in a swarm, whose service runs ultronex:two; absent: the machine is in no swarm. */
  label?: string;
  /** Why a backup of the swarm's store fails half way; default: it succeeds. */
  copy?: string;
  /** Exit code and line of certbot's `run.py --report`. */
  renewal?: [code: number, line: string];
}

export interface FakeDocker {
  /** Changes its state between two commands. */
  change(more: Partial<FakeState>): void;
  /** To be put before the others in PATH. */
  bin: string;
  state(): FakeState;
}

/**
 * A `docker` for the commands of deploy/bin, in a folder of its own. It knows images and containers by name; its state
 * is a file, since each call is a process.
 */
export function fakeDocker(
  folder: string,
  images: Record<string, FakeImage>,
  containers: FakeContainer[],
  registry: FakeState['registry'] = {},
): FakeDocker {
  const file = join(folder, 'state.json');
  writeFileSync(file, JSON.stringify({ images, containers, calls: [], registry } satisfies FakeState));
  writeFileSync(join(folder, 'fake.cjs'), `const file = ${JSON.stringify(file)};\n${program}`);
  // `--`: Node would read an --env-file among the arguments itself.
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\nexec node "${join(folder, 'fake.cjs')}" -- "$@"\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  const state = () => JSON.parse(readFileSync(file, 'utf8')) as FakeState;
  const change = (more: Partial<FakeState>) => writeFileSync(file, JSON.stringify({ ...state(), ...more }));
  return { bin: folder, state, change };
}

const program = `
const { readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(3);
const state = JSON.parse(readFileSync(file, 'utf8'));
state.calls.push(args.join(' ').slice(0, 400));
const after = (name) => args[args.indexOf(name) + 1];
const filters = (name) => args.flatMap((arg, i) => (args[i - 1] === '--filter' && arg.startsWith(name) ? [arg.slice(name.length)] : []));
state.known ??= {};
for (const [name, each] of Object.entries(state.images)) state.known[(each.id ??= name)] = each;
for (const each of state.containers) each.imageId ??= state.images[each.image]?.id;
const image = (id) => state.known[state.containers.find((each) => each.id === id)?.imageId] ?? {};
const found = (name) => state.images[name] ?? state.known[name];
/** The image that docker-compose.yml names for a service, with what .env and the environment have. */
function named(service) {
  const env = { ...Object.fromEntries([...readFileSync('.env', 'utf8').matchAll(/^(\\w+)=(.*)$/gm)].map(([, k, v]) => [k, v])), ...process.env };
  const line = new RegExp('^  ' + service + ':\\n    image: (.*)$', 'm').exec(readFileSync('docker-compose.yml', 'utf8'));
  return line?.[1].replace(/\\$\\{(\\w+):-(\\w+)\\}/g, (_all, name, value) => env[name] ?? value);
}
function end(code, text) {
  writeFileSync(file, JSON.stringify(state));
  if (text) console.log(text);
  process.exit(code);
}
const [command, sub] = args;
if (command === 'compose' && args.includes('config')) end(0, 'name: fake');
if (command === 'compose' && (sub === 'pull' || sub === 'build')) {
  if (state.registry === null) { console.error('registry: connection refused'); end(1); }
  const wanted = new Set(state.containers.map(({ service, image }) => named(service) ?? image));
  for (const [name, each] of Object.entries(state.registry))
    if (wanted.has(name) && name.startsWith('ultronex:') === (sub === 'build')) state.images[name] = each;
  for (const [name, each] of Object.entries(state.images)) state.known[(each.id ??= name)] = each;
  end(0);
}
if (command === 'info') end(0, after('-f')?.includes('DockerRootDir') ? '/' : '');
if (command === 'tag') { state.images[args[2]] = found(args[1]); end(0); }
if (command === 'compose' && args.includes('up') && args.includes('--no-deps') && !args.includes('--scale')) {
  for (const each of state.containers) {
    if (each.service !== args.at(-1)) continue;
    each.image = named(each.service) ?? each.image;
    if (!state.images[each.image]) { console.error('no image ' + each.image); end(1); }
    each.imageId = state.images[each.image].id;
  }
  end(0);
}
if (command === 'compose' && args.includes('up') && args.includes('--scale')) {
  const wanted = Number(/^ultronex=(\\d+)$/.exec(after('--scale'))[1]);
  while (state.containers.filter(({ service }) => service === 'ultronex').length < wanted) {
    const id = 'c'.repeat(63) + state.containers.length;
    state.containers.unshift({ id, service: 'ultronex', image: 'ultronex:' + process.env.ULTRONEX_VERSION, imageId: found('ultronex:' + process.env.ULTRONEX_VERSION).id });
  }
}
if (command === 'ps') {
  const [service] = filters('label=com.docker.compose.service=');
  const all = filters('status=').length > 0 ? [] : state.containers;
  end(0, all.filter((each) => service === undefined || each.service === service).map(({ id }) => id).join('\\n'));
}
if (command === 'inspect') {
  const id = args.at(-1);
  if (!state.containers.some((each) => each.id === id)) end(1);
  const format = after('-f');
  const it = state.containers.find((each) => each.id === id);
  if (format.includes('Labels')) end(0, it.service + ' ' + it.image + ' ' + it.imageId);
  if (format.includes('Health')) end(0, image(id).health ?? 'healthy');
  if (format.includes('RestartCount')) end(0, '0');
  if (format.includes('Config.Image')) end(0, state.containers.find((each) => each.id === id).image);
  end(0);
}
if (command === 'image' && sub === 'inspect' && after('-f')?.includes('RepoDigests')) end(0, found(args.at(-1))?.digest ? 'x@' + found(args.at(-1)).digest : '');
if (command === 'image' && sub === 'inspect' && after('-f')?.includes('RootFS')) end(0, found(args.at(-1))?.id);
if (command === 'node' && sub === 'inspect') end(state.label === undefined ? 1 : 0, state.label);
if (command === 'service' && sub === 'inspect') end(0, 'ultronex:two');
if (command === 'run' && args.includes('backup')) {
  writeFileSync(after('--volume').split(':')[0] + '/ultronex.db', ['the store of', process.env.DATABASE_URL, process.env.DATABASE_CA].filter(Boolean).join(' '));
  if (state.copy) { console.error(state.copy); end(1); }
  end(0, '/backup/ultronex.db: 3 messages, checked');
}
if (command === 'run') end(0, '0.1.0');
if (command === 'image' && sub === 'inspect') end(found(args.at(-1)) ? 0 : 1, found(args.at(-1))?.id);
if (command === 'compose' && sub === 'run' && args.includes('certbot') && args.at(-1).includes('mode="w|"')) {
  // An archive without files.
  require('node:fs').writeSync(1, Buffer.alloc(10_240));
  end(0);
}
if (command === 'compose' && args.includes('--report')) {
  const [code, line] = state.renewal ?? [0, 'The certificate of a.test is valid for 61 more days.'];
  end(code, line);
}
if (command === 'compose' && sub === 'run' && args.some((arg) => arg.includes('store compare'))) {
  // As the program does, which writes the restored store.
  const [, restored] = args.filter((_arg, i) => args[i - 1] === '--volume');
  writeFileSync(restored.split(':')[0] + '/ultronex.db', 'the store');
  end(state.lacks ? 1 : 0, state.lacks ?? 'The backup has everything that the store had then.');
}
if (command === 'compose' && sub === 'run' && args.some((arg) => arg.includes(':/backup'))) {
  if (args.includes('backup')) writeFileSync(after('--volume').split(':')[0] + '/ultronex.db', 'the store');
  end(0, args.includes('backup') ? '/backup/ultronex.db: 3 messages, checked' : '/data/ultronex.db: 3 messages');
}
if (command === 'exec' && args.includes('audit')) {
  const { audit } = image(sub);
  if (audit !== undefined) console.error(audit);
  end(audit === undefined ? 0 : 1);
}
if (command === 'exec' && args.some((arg) => arg.includes('/ultronex/beat/'))) {
  const { beat } = image(sub);
  if (beat !== undefined) console.error(beat);
  else (state.beats ??= []).push(args.slice(-3));
  end(beat === undefined ? 0 : 1);
}
if (command === 'exec') {
  const { reasons = [] } = image(sub);
  if (reasons === null) end(1);
  end(0, reasons.join('\\n'));
}
if (command === 'rm') state.containers = state.containers.filter(({ id }) => id !== args.at(-1));
end(0);
`;
