import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { parse } from 'vue/compiler-sfc';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

/** Of `http` server-sent events, body parsers and the form of errors. No module knows another. */
const ofModules = {
  values: ['docker', 'domain', 'heroku-api', 'http', 'watch-files', 'yaml-files'],
  types: ['modules/module.ts', 'ports', 'commands'],
};

/**
 * Who may import whom; docs/architecture.md says why. A part is a folder of src/ or a file directly in it.
 * `values`: everything; `types`: type-only imports besides. Every part may import node:, the packages of
 * package.json, and itself; `domain` is stricter, see below.
 */
const mayImport: Record<string, { values: string[]; types?: string[] }> = {
  'main.ts': { values: ['app', 'config'] },
  // Constructs everything; its index.ts, for whoever checks settings, nothing (see below).
  app: {
    values: [
      'commands',
      'config',
      'destinations/named',
      'destinations/slack',
      'domain',
      'files',
      'http',
      'live',
      'lookups',
      'modules/index.ts',
      'observability',
      'outbox',
      'patterns',
      'people',
      'pipeline',
      'replies',
      'scan',
      'stores',
      'subscriptions',
      'version.ts',
      'workspaces',
      'yaml-files',
    ],
    types: ['ports'],
  },
  files: { values: [] },
  workspaces: {
    values: ['config', 'destinations/slack', 'domain', 'http', 'simulator', 'slack'],
    types: ['ports'],
  },
  // A destination stands on its vendor's adapter, which knows nothing of it.
  'destinations/slack': { values: ['domain', 'slack'], types: ['ports'] },
  'destinations/named': { values: ['domain', 'yaml-files'], types: ['ports'] },
  'modules/index.ts': { values: ['modules/registry.ts'], types: ['modules/module.ts'] },
  'modules/module.ts': { values: [], types: ['commands', 'config', 'domain', 'http', 'ports'] },
  'modules/registry.ts': { values: folders('src/modules').map((name) => `modules/${name}`) },
  ...Object.fromEntries(folders('src/modules').map((name) => [`modules/${name}`, ofModules])),
  ...Object.fromEntries(
    modulesWithPages().map((name) => [
      `modules/${name}/web`,
      { values: ['web', 'domain'], types: ['api', `modules/${name}`] },
    ]),
  ),
  lib: { values: [] },
  // Types only: what the routes take and return, for their clients.
  api: { values: [] },
  'version.ts': { values: [] },
  cli: {
    values: [
      'main.ts',
      'version.ts',
      'app',
      'config',
      'destinations/named',
      'destinations/slack',
      'domain',
      'files',
      'modules/index.ts',
      'people',
      'replies',
      'slack',
      'stack-setup',
      'stores',
      'yaml-files',
    ],
    types: ['api'],
  },
  'stack-setup': { values: ['app', 'config', 'domain', 'files'] },
  config: { values: ['domain', 'files'] },
  domain: { values: [] },
  ports: { values: [], types: ['domain'] },
  pipeline: { values: ['domain', 'commands'], types: ['ports', 'subscriptions'] },
  scan: { values: ['domain', 'pipeline'], types: ['ports', 'subscriptions'] },
  subscriptions: { values: ['domain'], types: ['ports'] },
  commands: { values: ['domain'], types: ['ports'] },
  patterns: { values: ['domain'], types: ['ports'] },
  replies: { values: ['domain', 'yaml-files'] },
  outbox: { values: ['domain'], types: ['ports'] },
  people: { values: ['domain', 'yaml-files'], types: ['ports'] },
  'yaml-files': { values: ['domain'] },
  docker: { values: ['domain'] },
  // A process of its own, which has Docker's socket: as little code as possible.
  'docker-jobs': { values: ['docker', 'domain'] },
  'heroku-api': { values: ['domain'] },
  'watch-files': { values: ['domain', 'yaml-files'] },
  stores: { values: ['domain', 'files'], types: ['ports'] },
  slack: { values: ['domain'], types: ['ports'] },
  simulator: { values: ['domain'], types: ['ports'] },
  http: { values: ['domain'], types: ['ports'] },
  live: { values: ['domain'], types: ['ports'] },
  lookups: { values: ['domain'] },
  observability: { values: ['domain'], types: ['ports'] },
  // Built by Vite for the browser: nothing of the server may end up there but rules of the domain.
  web: { values: ['domain'], types: ['api', 'simulator'] },
};

/** Only the adapters know their vendor; elsewhere these are types at most. */
const packagesOf: Record<string, string[]> = {
  pino: ['observability'],
  // Modules have metrics of their own.
  'prom-client': ['observability', 'modules'],
  fastify: ['http'],
  // For the tests of the fake Slack alone: it takes 17 MiB (docs/performance.md).
  '@slack/bolt': [],
  '@slack/web-api': ['slack'],
  '@slack/socket-mode': ['slack'],
  // Also the pages of modules.
  vue: ['web', 'modules'],
};

/** Rooms of small files that stand alone: each file is imported by itself, since one index would load them all. */
const open = new Set(['domain', 'lib', 'ports', 'files', 'web']);

/** A room is imported through its index.ts, or through these doors. */
const doors: Record<string, string> = {
  'slack/manifest.ts': 'cli loads nothing of Slack but these two',
  'slack/named-channels.ts': 'cli loads nothing of Slack but these two',
  'slack/oauth.ts': 'loaded with SLACK_CLIENT_ID alone',
  'docker/log-line.ts': 'a type for the page of containers, which knows no types of Node',
  'simulator/shown.ts': 'types for the page of the simulator, which knows no types of Node',
  'app/start.ts': 'main.ts starts the program; app/index.ts loads nothing of it',
};

const maxLines = 250;
/** Tables and generated files, whose length is their content. */
const longFiles = ['src/api/paths.ts'];

interface Import {
  specifier: string;
  typeOnly: boolean;
  /** `import()`: loaded only when it is asked for. */
  lazy?: boolean;
  line: number;
}

interface Source {
  /** From the root of the repository: `src/main.ts`. */
  path: string;
  text: string;
  ast: ts.SourceFile;
  imports: Import[];
}

const sources = readSources('src');

describe('architecture', () => {
  it('knows every part of src/', () => {
    const parts = new Set(sources.map((each) => partOf(join(root, each.path))));
    const unknown = [...parts].filter((part) => mayImport[part] === undefined);
    const gone = Object.keys(mayImport).filter((part) => !parts.has(part));
    assert.deepEqual({ unknown, gone }, { unknown: [], gone: [] }, `the table above: new ${unknown}, gone ${gone}`);
  });

  it('each part imports only what it may', () => {
    none(sources, function* ({ path, imports }) {
      const part = partOf(join(root, path));
      const rule = mayImport[part];
      for (const { specifier, typeOnly, line } of imports) {
        const to = target(path, specifier);
        if (to === null || partOf(to) === part || rule === undefined) continue;
        const allowed = allowedParts(part, typeOnly);
        // The runbook and the guide are pages of docs/ and the README.
        if (part === 'web' && /^(docs\/[\w-]+|README)\.md(\?chapter)?$/.test(relative(root, to))) continue;
        if (!to.startsWith(src)) yield `${path}:${line}: ${specifier} is outside of src/`;
        else if (!allowed.includes(partOf(to))) {
          const kind = typeOnly ? 'the types of ' : '';
          yield `${path}:${line}: ${part} may not import ${kind}${partOf(to)} (${specifier}); it may: ${allowed.join(', ') || 'nothing'}`;
        }
      }
    });
  });

  it('no files import one another in a circle, not even for types', () => {
    const circles = findCircles(new Map(sources.map(({ path, imports }) => [path, ownImports(path, imports)])));
    assert.deepEqual(circles, [], 'put what these files share into a file of its own');
  });

  it('finds a circle, and none where two ways lead to one file', () => {
    assert.deepEqual(findCircles(new Map(Object.entries({ a: ['b'], b: ['c'], c: ['a'], d: ['a'] }))), [
      ['a', 'b', 'c'],
    ]);
    assert.deepEqual(findCircles(new Map(Object.entries({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))), []);
  });

  it('a vendor is known to its adapter only', () => {
    none(sources, function* ({ path, imports }) {
      const part = partOf(join(root, path));
      for (const { specifier, typeOnly, line } of imports) {
        const owners = packagesOf[packageOf(specifier)];
        if (owners === undefined || typeOnly || owners.includes(part.split('/')[0] ?? '')) continue;
        yield `${path}:${line}: only ${owners.join(', ')} may import ${specifier}`;
      }
    });
  });

  it('SQLite’s packages are named in its drivers only', () => {
    const drivers = ['node-sqlite.ts', 'better-sqlite3.ts', 'driver.ts'].map((name) => `src/stores/sqlite/${name}`);
    const named = /['"`](?:node:sqlite|better-sqlite3)['"`]/;
    none([...sources, ...readSources('test'), ...readSources('bench')], function* ({ path, text }) {
      if (drivers.includes(path) || path.startsWith('test/stores/')) return;
      if (named.test(text)) yield `${path}: use src/stores/sqlite/driver.ts`;
    });
  });

  it('domain imports nothing but node:crypto', () => {
    none(sources.filter(inPart('domain')), function* ({ path, imports }) {
      for (const { specifier, line } of imports) {
        if (specifier === 'node:crypto' || specifier.startsWith('./')) continue;
        yield `${path}:${line}: domain imports ${specifier}`;
      }
    });
  });

  it('the adapters never know one another, not even their types', () => {
    const adapters = ['slack', 'http', 'simulator', 'stores'];
    assert.deepEqual(
      adapters.filter((part) => mayImport[part] === undefined),
      [],
      'no such part',
    );
    none(
      sources.filter((each) => adapters.some((part) => inPart(part)(each))),
      function* ({ path, imports }) {
        for (const { specifier, line } of imports) {
          const to = target(path, specifier);
          const other = to === null ? '' : partOf(to);
          if (adapters.includes(other) && other !== partOf(join(root, path))) {
            yield `${path}:${line}: ${specifier}; put what both need into ports, or let workspaces/ hand it over`;
          }
        }
      },
    );
  });

  it('the list above names only packages that are installed', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const installed = { ...dependencies, ...devDependencies };
    assert.deepEqual(
      Object.keys(packagesOf).filter((name) => !(name in installed)),
      [],
    );
  });

  it('a room is imported through its index.ts, which says first what the room is for', () => {
    const rooms = new Set<string>();
    const used = new Set<string>();
    none(sources, function* ({ path, imports }) {
      const from = partOf(join(root, path));
      for (const { specifier, line } of imports) {
        const to = target(path, specifier);
        if (to === null || !to.startsWith(src) || partOf(to) === from || open.has(partOf(to))) continue;
        const inside = relative(src, to);
        // A file beside the rooms; or what a module's own page shares with it.
        if (partOf(to).endsWith('.ts') || from === `${partOf(to)}/web`) continue;
        if (inside in doors) used.add(inside);
        else if (inside === `${partOf(to)}/index.ts`) rooms.add(partOf(to));
        else yield `${path}:${line}: import ${partOf(to)}/index.ts, not ${specifier}`;
      }
    });
    assert.deepEqual(new Set(Object.keys(doors)), used, 'doors that nobody uses');
    assert.ok(rooms.size > 8, [...rooms].join());
    const silent = [...rooms].filter((room) => !/^\/\*\*/.test(readFileSync(join(src, room, 'index.ts'), 'utf8')));
    assert.deepEqual(silent, [], 'these begin without a comment');
  });

  it('no rooms import one another in a circle, not even for types', () => {
    const graph = new Map<string, string[]>();
    for (const { path, imports } of sources) {
      const from = partOf(join(root, path));
      const others = ownImports(path, imports).map((each) => partOf(join(root, each)));
      graph.set(from, [...(graph.get(from) ?? []), ...others.filter((each) => each !== from)]);
    }
    assert.deepEqual(findCircles(graph), []);
  });

  it('a module is known to the registry only, and there by its index.ts', () => {
    const names = folders('src/modules');
    none(sources, function* ({ path, imports }) {
      for (const { specifier, line } of imports) {
        const to = target(path, specifier);
        const name = to === null ? undefined : names.find((each) => to.startsWith(join(src, 'modules', each, '/')));
        if (name === undefined || path.startsWith(`src/modules/${name}/`)) continue;
        if (path === 'src/modules/registry.ts' && specifier === `./${name}/index.ts`) continue;
        yield `${path}:${line}: ${specifier}; what others need of a module belongs into its entry`;
      }
    });
  });

  it('the composed settings load neither the program nor a package but TypeBox', () => {
    const files = reach(['src/app/index.ts'], sources);
    const parts = new Set([...files].map((path) => partOf(join(root, path)).split('/')[0]));
    assert.deepEqual([...parts].sort(), ['app', 'config', 'domain', 'files', 'lib', 'modules']);
    assert.deepEqual(packagesLoadedBy(files), new Set());
  });

  it('the program and the command load nothing of PostgreSQL before it is asked for', () => {
    const files = reach(['src/main.ts', 'src/app/start.ts', 'src/cli/main.ts'], sources);
    assert.ok(files.has('src/stores/index.ts'));
    const loaded = [...files].filter((path) => /^src\/stores\/(postgres|copy)\//.test(path));
    assert.deepEqual(loaded, [], 'load it with import() in src/stores/index.ts');
    assert.ok(!packagesLoadedBy(files).has('pg'));
  });

  it('a module of events without REDIS_URL loads nothing of Redis', () => {
    const files = reach(
      ['src/main.ts', 'src/app/start.ts', 'src/cli/main.ts', 'src/modules/events/module.ts'],
      sources,
    );
    assert.deepEqual(
      [...files].filter((path) => path.startsWith('src/modules/events/redis/')),
      [],
    );
    assert.ok(!packagesLoadedBy(files).has('iovalkey'));
  });

  it('what a module says of itself loads none of its code', () => {
    const entries = folders('src/modules').map((name) => `src/modules/${name}/index.ts`);
    const files = reach(entries, sources);
    const loaded = [...files].filter((path) => /\/modules\/[^/]+\/module\.ts$/.test(path));
    assert.deepEqual(loaded, [], 'load it with import() in `load`');
    assert.deepEqual(packagesLoadedBy(files), new Set());
  });

  it('the start loads nothing of installations in other workspaces', () => {
    const isTheirs = (path: string) =>
      /^src\/(workspaces\/install|modules\/workspaces\/(?!index\.ts))|slack\/oauth\.ts/.test(path);
    assert.ok(sources.some(({ path }) => isTheirs(path)));
    assert.deepEqual([...reach(['src/main.ts', 'src/app/start.ts'], sources)].filter(isTheirs), []);
  });

  it('of the packages of Slack, the Web API client comes with a bot token, and Socket Mode with an app token', () => {
    const entries = ['src/main.ts', 'src/app/start.ts', 'src/slack/slack.ts', 'src/workspaces/install/index.ts'];
    const ofSlack = (specifier: string) => packageOf(specifier).startsWith('@slack/') || specifier === 'undici';
    assert.deepEqual([...packagesLoadedBy(reach(entries, sources))].filter(ofSlack), []);
    const lazy = sources.flatMap(({ path, imports }) =>
      imports.flatMap((each) => (each.lazy && ofSlack(each.specifier) ? [`${path} ${each.specifier}`] : [])),
    );
    assert.deepEqual(lazy, ['src/slack/slack.ts @slack/web-api', 'src/slack/socket.ts @slack/socket-mode']);
  });

  it('the program loads nothing of TypeBox but what checks values', () => {
    const ofTypeBox = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ typeOnly, specifier }) => !typeOnly && packageOf(specifier) === 'typebox')
        .map(({ specifier, line }) => ({ specifier, at: `${path}:${line}` })),
    );
    const checks = ['typebox/schema', 'typebox/system'];
    const others = ofTypeBox.filter(({ specifier }) => !checks.includes(specifier)).map(({ at }) => at);
    assert.deepEqual(others, [], 'import Type from lib/schema.ts, and types with `import type`');
  });

  it('the fakes share nothing with src', () => {
    none(readSources('test/fakes'), function* ({ path, imports }) {
      for (const { specifier, line } of imports) {
        const to = target(path, specifier);
        // Their own tests may drive the real program against them.
        if (to?.startsWith(src) && !path.endsWith('.test.ts')) yield `${path}:${line}: a fake imports ${specifier}`;
      }
    });
  });

  it('only config and the processes read the environment', () => {
    const readers = (path: string) => path.startsWith('src/config/') || basename(path) === 'main.ts';
    none(
      sources.filter(({ path }) => !readers(path)),
      ({ path, ast }) => uses(ast, 'process', 'env').map((line) => `${path}:${line}: process.env; let config read it`),
    );
  });

  it('a delivery is made by compose() alone; the stores read them', () => {
    none(sources, function* ({ path, text }) {
      const may = ['src/domain/compose.ts', 'src/domain/delivery.ts', 'src/stores/', 'src/web/'];
      if (!may.some((prefix) => path.startsWith(prefix)) && /\bsimilarKey: /.test(text)) {
        yield `${path}: makes a delivery by hand; use compose() of domain/compose.ts`;
      }
    });
  });

  it('only the processes write to the console', () => {
    none(
      sources.filter(({ path }) => !['src/main.ts', 'src/cli/main.ts', 'src/docker-jobs/main.ts'].includes(path)),
      ({ path, ast }) => uses(ast, 'console').map((line) => `${path}:${line}: console; use the logger, or Io in cli`),
    );
  });

  it('no file is long', () => {
    none(sources, function* ({ path, text }) {
      const lines = text.split('\n').length - 1;
      if (lines > maxLines && !longFiles.includes(path)) yield `${path}: ${lines} lines; at most ${maxLines}`;
    });
  });

  it('nothing is exported by default', () => {
    none(sources, ({ path, ast }) =>
      defaultExports(ast).map((line) => `${path}:${line}: a default export has no name`),
    );
  });
});

/** Fails with every line that `find` answers for any of the files. */
function none(files: readonly Source[], find: (source: Source) => Iterable<string>): void {
  assert.ok(files.length > 0, 'no file is looked at, so this test could not fail');
  const found = files.flatMap((source) => [...find(source)]);
  assert.equal(found.length, 0, `\n${found.join('\n')}\n`);
}

/** The files of src/ that a file imports, from the root of the repository. */
function ownImports(path: string, imports: readonly Import[]): string[] {
  return imports.flatMap(({ specifier }) => {
    const to = target(path, specifier);
    return to === null ? [] : [relative(root, to)];
  });
}

/** The files that are loaded with these, themselves included. */
function reach(from: readonly string[], all: readonly Source[]): Set<string> {
  const byPath = new Map(all.map((source) => [source.path, source]));
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const loads = (byPath.get(path)?.imports ?? []).filter(({ typeOnly, lazy }) => !typeOnly && !lazy);
    for (const next of ownImports(path, loads)) visit(next);
  };
  from.forEach(visit);
  return found;
}

/** Specifiers of packages that these files import at once; modules of Node are none. */
function packagesLoadedBy(files: ReadonlySet<string>): Set<string> {
  const imports = sources.filter(({ path }) => files.has(path)).flatMap((source) => source.imports);
  const loaded = imports.filter(
    ({ typeOnly, lazy, specifier }) => !typeOnly && !lazy && !/^(\.|node:)/.test(specifier),
  );
  return new Set(loaded.map(({ specifier }) => specifier));
}

/** Each circle once, as the files on it: those that are on the way when a walk comes to a file again. */
function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at !== -1) circles.push(way.slice(at));
    if (at !== -1 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return circles;
}

function allowedParts(part: string, typeOnly: boolean): string[] {
  const { values = [], types = [] } = mayImport[part] ?? {};
  if (part === 'domain' || part === 'lib') return typeOnly ? [...values, ...types] : values;
  // Every other part may use `lib`, and the types of loggers and metrics.
  return typeOnly ? [...values, ...types, 'lib', 'observability'] : [...values, 'lib'];
}

/** `slack`, `main.ts`; each module is a part of its own, and so are its pages: `modules/incidents`, `modules/containers/web`. */
function partOf(file: string): string {
  const [first = '', ...rest] = relative(src, file).split('/');
  if (first !== 'modules' && first !== 'destinations') return first;
  return [first, ...rest.slice(0, rest[1] === 'web' ? 2 : 1)].join('/');
}

function modulesWithPages(): string[] {
  return folders('src/modules').filter((name) => folders(`src/modules/${name}`).includes('web'));
}

function inPart(part: string): (source: Source) => boolean {
  return ({ path }) => partOf(join(root, path)) === part;
}

/** The file a specifier means; null: a package or a module of Node. */
function target(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? resolve(root, dirname(path), specifier) : null;
}

/** `@slack/bolt` of `@slack/bolt/dist/App`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Names of the folders directly in a folder. */
function folders(path: string): string[] {
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function readSources(folder: string): Source[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.(ts|vue)$/.test(name))
    .sort()
    .map((name) => {
      const path = `${folder}/${name}`;
      const text = readFileSync(join(root, path), 'utf8');
      const ast = ts.createSourceFile(path, scriptOf(path, text), ts.ScriptTarget.Latest, true);
      return { path, text, ast, imports: importsOf(ast) };
    });
}

/** The script of a Vue component, on the lines it has in its file. */
function scriptOf(path: string, text: string): string {
  if (!path.endsWith('.vue')) return text;
  const { script, scriptSetup } = parse(text).descriptor;
  const block = scriptSetup ?? script;
  return block === null ? '' : '\n'.repeat(block.loc.start.line - 1) + block.content;
}

function importsOf(ast: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  walk(ast, (node) => {
    const found = importOf(node);
    if (found !== null) imports.push({ ...found, line: lineOf(ast, node) });
  });
  return imports;
}

function importOf(node: ts.Node): Omit<Import, 'line'> | null {
  if (ts.isImportDeclaration(node)) return specifierOf(node.moduleSpecifier, isTypeOnly(node.importClause));
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return specifierOf(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return specifierOf(node.argument.literal, true);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const found = specifierOf(node.arguments[0], false);
    return found === null ? null : { ...found, lazy: true };
  }
  return null;
}

function specifierOf(node: ts.Node | undefined, typeOnly: boolean): Omit<Import, 'line'> | null {
  return node !== undefined && ts.isStringLiteralLike(node) ? { specifier: node.text, typeOnly } : null;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every((element) => element.isTypeOnly);
}

/** Lines where `object` or `object.property` stands as a value, not as a word in a comment or text. */
function uses(ast: ts.SourceFile, object: string, property?: string): number[] {
  const lines: number[] = [];
  walk(ast, (node) => {
    if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return;
    if (node.expression.text !== object || (property !== undefined && node.name.text !== property)) return;
    lines.push(lineOf(ast, node));
  });
  return lines;
}

function defaultExports(ast: ts.SourceFile): number[] {
  return ast.statements
    .filter(
      (statement) =>
        ts.isExportAssignment(statement) ||
        (ts.canHaveModifiers(statement) &&
          ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)),
    )
    .map((statement) => lineOf(ast, statement));
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

function lineOf(ast: ts.SourceFile, node: ts.Node): number {
  return ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1;
}
