import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '..');
const skipped = new Set(['node_modules', '.git', 'dist', 'data']);

/** Every file of the repository, from its root. */
function filesBelow(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const files = filesBelow();

/** Files that a text names with a folder: `stores/sqlite/lanes.ts`. Addresses and placeholders are none. */
function named(text: string): string[] {
  const places = text
    .replace(/\w+:\/\/\S+/g, '')
    .matchAll(/(?<![\w@./{}$*<'-])(?:[\w.-]+\/)+[\w.-]+\.(?:ts|vue|mjs|sh|md)\b/g);
  return [...places].map(([path]) => path.replace(/^(?:\.\.?\/)+/, ''));
}

/** Whether a path, or the end of one, is that of a file. */
const isThere = (path: string) => files.some((file) => file === path || file.endsWith(`/${path}`));

function commentsOf(path: string, text: string): string {
  if (path.endsWith('.vue')) return (text.match(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|^\s*\/\/.*$/gm) ?? []).join('\n');
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const comments = new Map<number, string>();
  const collect = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? [])
      comments.set(pos, text.slice(pos, end));
    for (const { pos, end } of ts.getTrailingCommentRanges(text, node.end) ?? [])
      comments.set(pos, text.slice(pos, end));
    for (const child of node.getChildren(ast)) collect(child);
  };
  collect(ast);
  return [...comments.values()].join('\n');
}

function missing(paths: readonly string[], part: (path: string, text: string) => string): string[] {
  return paths.flatMap((path) => {
    const text = part(path, readFileSync(join(root, path), 'utf8'));
    return named(text).flatMap((name) => (isThere(name) ? [] : [`${path} names ${name}`]));
  });
}

test('every file that a comment names is there', () => {
  const code = files.filter((path) => /^(src|test|scripts|bench|deploy)\/.*\.(ts|vue)$/.test(path));
  assert.ok(code.length > 400, `${code.length} files were read`);
  assert.deepEqual(missing(code, commentsOf), []);
});

test('every file that a page of docs names is there', () => {
  const pages = files.filter((path) => /^(docs\/[\w-]+|README|CONTRIBUTING|SECURITY)\.md$/.test(path));
  assert.ok(pages.length > 10, `${pages.length} pages were read`);
  assert.deepEqual(
    missing(pages, (_path, text) => text),
    [],
  );
});

test('a file that a comment names and that is gone is found; an address and code are not looked at', () => {
  const text = `// see pipeline/gone.ts and domain/delivery.ts
    import x from './also/gone.ts'; /** https://example.com/a/b.ts, \`stores/never/was.ts\` */ const y = 1;`;
  const names = named(commentsOf('a.ts', text));
  assert.deepEqual(names, ['pipeline/gone.ts', 'domain/delivery.ts', 'stores/never/was.ts']);
  assert.deepEqual(names.map(isThere), [false, true, false]);
});

test('no folder of packages, and no link, is committed', { skip: !existsSync(join(root, '.git')) }, () => {
  const tracked = execFileSync('git', ['ls-files', '--stage'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const wrong = tracked.split('\n').filter((line) => /^120000|\tnode_modules|\/node_modules/.test(line));
  assert.deepEqual(wrong, [], 'a checkout would delete the folder that has this name: git rm --cached it');
});

test('npm run test:postgres runs every test file that needs PostgreSQL', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const run = (scripts['test:postgres'] as string)
    .split(' ')
    .filter((word) => word.endsWith('.test.ts'))
    .map((glob) => new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
  const needing = files.filter(
    (path) => path.endsWith('.test.ts') && /support\/postgres[\w-]*\.ts'/.test(readFileSync(join(root, path), 'utf8')),
  );
  assert.ok(needing.length > 10, needing.join());
  assert.deepEqual(
    needing.filter((path) => !run.some((glob) => glob.test(path))),
    [],
  );
  assert.deepEqual(run.filter((glob) => !needing.some((path) => glob.test(path))).map(String), [], 'globs of no file');
});
