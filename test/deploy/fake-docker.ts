import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a container made of an image is like. `reasons`: the lines of its /readyz; null: it does not answer. */
export interface FakeImage {
  health?: 'healthy' | 'unhealthy' | 'starting';
  reasons?: string[] | null;
}

export interface FakeContainer {
  id: string;
  service: string;
  image: string;
}

export interface FakeState {
  images: Record<string, FakeImage>;
  containers: FakeContainer[];
  calls: string[];
}

export interface FakeDocker {
  /** To be put before the others in PATH. */
  bin: string;
  state(): FakeState;
}

/**
 * A `docker` for the commands of deploy/bin, in a folder of its own. It knows images and containers by name; its state
 * is a file, since each call is a process.
 */
export function fakeDocker(folder: string, images: Record<string, FakeImage>, containers: FakeContainer[]): FakeDocker {
  const file = join(folder, 'state.json');
  writeFileSync(file, JSON.stringify({ images, containers, calls: [] } satisfies FakeState));
  writeFileSync(join(folder, 'docker'), `#!/usr/bin/env node\nconst file = ${JSON.stringify(file)};\n${program}`);
  chmodSync(join(folder, 'docker'), 0o755);
  return { bin: folder, state: () => JSON.parse(readFileSync(file, 'utf8')) as FakeState };
}

const program = `
const { readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const state = JSON.parse(readFileSync(file, 'utf8'));
state.calls.push(args.join(' ').slice(0, 200));
const after = (name) => args[args.indexOf(name) + 1];
const filters = (name) => args.flatMap((arg, i) => (args[i - 1] === '--filter' && arg.startsWith(name) ? [arg.slice(name.length)] : []));
const image = (id) => state.images[state.containers.find((each) => each.id === id)?.image] ?? {};
function end(code, text) {
  writeFileSync(file, JSON.stringify(state));
  if (text) console.log(text);
  process.exit(code);
}
const [command, sub] = args;
if (command === 'compose' && args.includes('config')) end(0, 'name: fake');
if (command === 'compose' && args.includes('up') && args.includes('--scale')) {
  const id = 'c'.repeat(63) + state.containers.length;
  state.containers.unshift({ id, service: 'ultronex', image: 'ultronex:' + process.env.ULTRONEX_VERSION });
}
if (command === 'ps') {
  const [service] = filters('label=com.docker.compose.service=');
  const all = filters('status=').length > 0 ? [] : state.containers;
  end(0, all.filter((each) => each.service === service).map(({ id }) => id).join('\\n'));
}
if (command === 'inspect') {
  const id = args.at(-1);
  if (!state.containers.some((each) => each.id === id)) end(1);
  const format = after('-f');
  if (format.includes('Health')) end(0, image(id).health ?? 'healthy');
  if (format.includes('RestartCount')) end(0, '0');
  if (format.includes('Config.Image')) end(0, state.containers.find((each) => each.id === id).image);
  end(0);
}
if (command === 'image' && sub === 'inspect') end(state.images[args.at(-1)] ? 0 : 1);
if (command === 'exec') {
  const { reasons = [] } = image(sub);
  if (reasons === null) end(1);
  end(0, reasons.join('\\n'));
}
if (command === 'rm') state.containers = state.containers.filter(({ id }) => id !== args.at(-1));
end(0);
`;
