import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '..');

/** What a file exports, and which names of which files it uses; `*`: all of them. */
interface Module {
  exports: string[];
  uses: { file: string; name: string }[];
}

/** `file:name` of each export that no other file uses. */
function unused(files: ReadonlyMap<string, string>): string[] {
  const modules = [...files].map(([path, text]): [string, Module] => [path, readModule(path, text)]);
  const used = new Set(modules.flatMap(([, { uses }]) => uses.map(({ file, name }) => `${file}:${name}`)));
  return modules.flatMap(([path, { exports }]) =>
    used.has(`${path}:*`) ? [] : exports.map((name) => `${path}:${name}`).filter((each) => !used.has(each)),
  );
}

function readModule(path: string, text: string): Module {
  const script = path.endsWith('.vue') ? (/<script[^>]*>(.*?)<\/script>/s.exec(text)?.[1] ?? '') : text;
  const ast = ts.createSourceFile(path, script, ts.ScriptTarget.Latest, true);
  const module: Module = { exports: [], uses: [] };
  const use = (specifier: ts.Node | undefined, names: readonly string[]) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return;
    const file = join(dirname(path), specifier.text.replace(/\?.*$/, ''));
    for (const name of names) module.uses.push({ file, name });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) use(node.moduleSpecifier, importedNames(node.importClause));
    else if (ts.isExportDeclaration(node)) {
      const names = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
      module.exports.push(...names.map(({ name }) => name.text));
      use(node.moduleSpecifier, names.length > 0 ? names.map((each) => (each.propertyName ?? each.name).text) : ['*']);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      use(node.arguments[0], ['*']);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) use(node.argument.literal, ['*']);
    else if (ts.isStatement(node) && ts.canHaveModifiers(node)) {
      const isExport = ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      if (isExport) module.exports.push(...declaredNames(node).filter((name) => !isNamedAgain(node, name, script)));
    }
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return module;
}

/** A type that an exported function of its own file takes or returns is exported with it. */
function isNamedAgain(node: ts.Statement, name: string, text: string): boolean {
  if (!ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node)) return false;
  return [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length > 1;
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  const named = clause?.namedBindings;
  if (named === undefined) return [];
  return ts.isNamespaceImport(named) ? ['*'] : named.elements.map((each) => (each.propertyName ?? each.name).text);
}

function declaredNames(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  const { name } = node as ts.Statement & { name?: ts.Node };
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}

function read(folders: readonly string[]): Map<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      // A `.d.ts` describes what Vite provides.
      .filter((name) => /\.(ts|vue)$/.test(name) && !/node_modules|\.d\.ts$/.test(name))
      .map((name) => join(folder, name)),
  );
  return new Map([...paths, 'vite.config.ts'].map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

test('every export of src/ is used by another file', () => {
  // The processes start by themselves.
  const started = ['src/main.ts', 'src/cli/main.ts'];
  const found = unused(read(['src', 'test', 'scripts', 'bench'])).filter(
    (each) => each.startsWith('src/') && !started.includes(each.split(':')[0] ?? ''),
  );
  assert.deepEqual(found, [], 'remove it, or only its `export`');
});

test('an export that nobody uses is found, however the others are used', () => {
  const files = new Map(
    Object.entries({
      'a/parts.ts': `export const used = 1; export const dead = 2; export function called() {} export type Kind = 1;
        export interface Unknown {} export class Old {}`,
      'a/all.ts': 'export const x = 1; export const y = 2;',
      'a/lazy.ts': 'export const x = 1;',
      'a/index.ts': `export { called } from './parts.ts'; export { x as renamed } from './all.ts';`,
      'b/user.ts': `import { used as own } from '../a/parts.ts'; import * as all from '../a/all.ts';
        import type { Kind } from '../a/parts.ts'; const load = () => import('../a/lazy.ts');`,
      'b/Page.vue': `<script setup lang="ts">import { renamed } from '../a/index.ts';</script>`,
    }),
  );
  assert.deepEqual(unused(files), ['a/parts.ts:dead', 'a/parts.ts:Unknown', 'a/parts.ts:Old', 'a/index.ts:called']);
});
