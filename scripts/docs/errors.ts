import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { table } from './markers.ts';

interface ErrorClass {
  name: string;
  parent: string;
  doc: string;
  code?: string;
  status?: string;
  retryable?: string;
}

/** Every class that extends UltronexError, however far down, as its source says. */
export function errorTable(src: string): string {
  const classes = new Map(readClasses(src).map((each) => [each.name, each]));
  const rows = [...classes.values()]
    .filter((each) => isOurs(each, classes) && each.code !== undefined)
    .sort((a, b) => ((a.code ?? '') < (b.code ?? '') ? -1 : 1))
    .map((each) => {
      const retryable = inherited(each, 'retryable', classes) === 'true' ? 'yes' : 'no';
      return [`\`${each.code}\``, inherited(each, 'status', classes) ?? '', retryable, each.doc];
    });
  return table(['code', 'status', 'may succeed later', 'meaning'], rows);
}

function isOurs(each: ErrorClass, classes: Map<string, ErrorClass>): boolean {
  if (each.parent === 'UltronexError') return true;
  const parent = classes.get(each.parent);
  return parent !== undefined && isOurs(parent, classes);
}

function inherited(
  each: ErrorClass | undefined,
  field: 'status' | 'retryable',
  classes: Map<string, ErrorClass>,
): string | undefined {
  return each === undefined ? undefined : (each[field] ?? inherited(classes.get(each.parent), field, classes));
}

function readClasses(src: string): ErrorClass[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.sort().flatMap((name) => {
    const text = readFileSync(join(src, name), 'utf8');
    const ast = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    return ast.statements.filter(ts.isClassDeclaration).map(readClass);
  });
}

function readClass(node: ts.ClassDeclaration): ErrorClass {
  const found: ErrorClass = {
    name: node.name?.text ?? '',
    parent: node.heritageClauses?.[0]?.types[0]?.expression.getText() ?? '',
    doc: ts.getJSDocCommentsAndTags(node).map(commentOf).join(' '),
  };
  for (const member of node.members) {
    if (!ts.isPropertyDeclaration(member) || member.initializer === undefined) continue;
    const name = member.name.getText();
    const value = ts.isStringLiteral(member.initializer) ? member.initializer.text : member.initializer.getText();
    if (name === 'code' || name === 'status' || name === 'retryable') found[name] = value;
  }
  return found;
}

function commentOf(doc: ts.JSDoc | ts.JSDocTag): string {
  return ts.getTextOfJSDocComment(doc.comment) ?? '';
}
