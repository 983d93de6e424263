import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { eventually, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';
import { throwAway } from './throw-away.ts';

const root = join(import.meta.dirname, '../..');
const registry = 'src/modules/registry.ts';
/** Not of the source: large, or somebody's own. */
const left = new Set(['node_modules', '.git', '.terraform', 'data', '.venv']);

describe('a module is added by its folder and one line of the registry', () => {
  const hooks: (() => unknown)[] = [];
  const tree = tempDir({ after: (run) => void hooks.push(run as () => unknown) });
  const read = (file: string) => readFileSync(join(tree, file), 'utf8');
  const run = promisify(execFile);
  const node = async (...args: string[]) =>
    (await run(process.execPath, args, { cwd: tree, env: { PATH: process.env.PATH }, maxBuffer: 2 ** 24 })).stdout;
  const tool = (name: string, ...args: string[]) => node(join(tree, 'node_modules', name), ...args);
  const settings = () =>
    node(...['--import', 'tsx', '-p'], "Object.keys(require('./src/app/settings.ts').settingSchemas).join()");

  before(async () => {
    cpSync(root, tree, { recursive: true, filter: (from) => !left.has(basename(from)) });
    // With packages at the same place the compiler can go on from the last build. A symlink does where there are no hard links.
    const [packages, linked] = [join(root, 'node_modules'), join(tree, 'node_modules')];
    await run('cp', ['-al', packages, linked]).catch(() => {
      rmSync(linked, { recursive: true, force: true });
      symlinkSync(packages, linked);
    });
    for (const [file, text] of Object.entries(throwAway)) {
      const path = join(tree, 'src/modules/weather', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    assert.doesNotMatch(await settings(), /WEATHER_URL/, 'the folder alone is no module');
    appendFileSync(join(tree, registry), "export { weather } from './weather/index.ts';\n");
    assert.match(await settings(), /WEATHER_URL/);
    await node('--import', 'tsx', 'scripts/generate-docs.ts');
    // The build's compiler checks the types of src/, too.
    await Promise.all([
      node('--import', 'tsx', '--test', 'test/architecture.test.ts', 'test/docs.test.ts'),
      tool('typescript/bin/tsc', '-p', 'tsconfig.build.json').then(() =>
        tool('vite/bin/vite.js', 'build', '--logLevel', 'error'),
      ),
      tool('vue-tsc/bin/vue-tsc.js', '-p', 'src/web/tsconfig.json'),
    ]).catch(({ stdout, stderr }) => assert.fail(`${stdout}${stderr}`));
  });
  after(() => {
    for (const hook of hooks) hook();
  });

  it('its setting, route and metric are in the docs', () => {
    assert.match(read('docs/configuration.md'), /^\| `WEATHER_URL` \| {2}\| Where the weather is\. \|$/m);
    assert.match(read('.env.example'), /^#WEATHER_URL=$/m);
    assert.match(read('docs/api.md'), /^\| `GET \/ultronex\/weather\/now` \| `read` \| The weather now \|$/m);
    assert.match(
      read('docs/api.md'),
      /^\| `ultronex_weather_readings_total` \| counter \| {2}\| Looks out of the window\. \|$/m,
    );
  });

  it('its page is built, and every page links to it', () => {
    assert.match(read('dist/web/weather.html'), /<title>Weather · Ultronex<\/title>/);
    const scripts = readdirSync(join(tree, 'dist/web/assets')).filter((name) => name.endsWith('.js'));
    const holding = (text: string) => scripts.filter((name) => read(`dist/web/assets/${name}`).includes(text));
    assert.equal(holding('Forecast').length, 1, 'the navigation');
    assert.equal(holding('It rains on this page.').length, 1, 'the page');
  });

  it('the program that was built has its page, route, command, health, metric, tag and periodic task', async (t) => {
    const program = await startProgram(t, {
      tree,
      dataDir: tempDir(t),
      env: { WEATHER_URL: 'https://weather.example.com' },
    });
    const get = async (path: string) => (await program.api('GET', path)).body;
    assert.deepEqual(await get('/ultronex/weather/now'), { from: 'https://weather.example.com' });
    assert.equal((await fetch(`${program.url}/ultronex/weather/now`)).status, 401, 'behind the login');
    assert.match(await get('/ultronex/weather'), /<title>Weather/);
    const { parts } = await get('/ultronex/status');
    assert.ok(parts.some(({ name, detail }: Part) => name === 'weather' && detail === 'window open'));
    const { paths, tags } = await get('/ultronex/openapi.json');
    assert.deepEqual(paths['/ultronex/weather/now'].get.tags, ['weather']);
    assert.ok(tags.some(({ name }: Part) => name === 'weather'));
    await program.api('POST', '/ultronex/simulator/commands', {
      channel: 'general',
      user: 'U1',
      text: 'weather',
    });
    await eventually('the answer', async () =>
      /It rains\./.test(JSON.stringify(await get('/ultronex/simulator/state'))),
    );
    await eventually(
      'the periodic task',
      async () => Number(/^ultronex_weather_readings_total (\d+)$/m.exec(await get('/metrics'))?.[1]) > 1,
    );
    assert.equal(await program.kill('SIGTERM'), 0);
    assert.ok(program.logs().some(({ msg }) => msg === 'the window is shut'));
  });

  it('without its setting a module is off, and its routes say how to turn it on', async (t) => {
    const program = await startProgram(t, { tree, dataDir: tempDir(t) });
    const { status, body } = await program.api('GET', '/ultronex/weather/now');
    assert.equal(status, 403);
    assert.match(body.msg, /^Nobody said where the weather is\. To turn it on: WEATHER_URL=/);
    assert.doesNotMatch((await program.api('GET', '/metrics')).body, /ultronex_weather/);
  });
});

interface Part {
  name: string;
  detail: string;
}
