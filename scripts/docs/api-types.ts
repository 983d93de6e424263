import type { OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { serverForDocs } from './routes.ts';

type Document = Record<string, unknown> & { paths?: Record<string, Record<string, Operation>> };
interface Operation {
  responses?: Record<string, unknown>;
}

const head = `// Made from the OpenAPI document by \`npm run docs\`; a test fails when it is stale. Never edited by hand.
// Every error has the same shape; only the type of the 422 is kept.

`;

/** The OpenAPI document of a server with every route. */
export async function documentOfRoutes(): Promise<Document> {
  const server = await serverForDocs();
  try {
    return server.swagger() as unknown as Document;
  } finally {
    await server.close();
  }
}

/** TypeScript types of what the routes take and return, for the pages and the command line. */
export async function apiTypes(document: Document): Promise<string> {
  // Loaded here: it takes half a second, and most of what imports this folder does not need it.
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const lean = { ...document, paths: Object.fromEntries(Object.entries(document.paths ?? {}).flatMap(leanPath)) };
  const nodes = await openapiTS(lean as unknown as OpenAPI3, { transform: pairs, silent: true });
  return head + withoutNothing(astToString(nodes));
}

/** Without the lines that say what a route does not have. */
function withoutNothing(text: string): string {
  return text
    .replace(/^ +\w+\?: never;\n/gm, '')
    .replace(/^ +parameters: \{\n +\};\n/gm, '')
    .replace(/^ +headers: \{\n +\[name: string\]: unknown;\n +\};\n/gm, '')
    .replace(/^ +\/\*\* @enum \{unknown\} \*\/\n/gm, '')
    .replace(/^export (?:type (?:webhooks|\$defs|operations) = .*|interface components \{[^}]*\})\n/gm, '');
}

/** Without Slack's own addresses, and with one error for all. */
function leanPath([path, operations]: [string, Record<string, Operation>]): [string, Record<string, Operation>][] {
  if (!path.startsWith('/ultronex/')) return [];
  const lean = Object.entries(operations).map(([method, operation]): [string, Operation] => [
    method,
    {
      ...operation,
      responses: Object.fromEntries(
        Object.entries(operation.responses ?? {}).filter(([status]) => Number(status) < 400 || status === '422'),
      ),
    },
  ]);
  return [[path, Object.fromEntries(lean)]];
}

/** An array of exactly two items is a pair. */
function pairs(schema: object): ts.TypeNode | undefined {
  const { minItems, maxItems } = schema as { minItems?: number; maxItems?: number };
  if (minItems !== 2 || maxItems !== 2) return undefined;
  const number = ts.factory.createKeywordTypeNode(ts.SyntaxKind.NumberKeyword);
  return ts.factory.createTupleTypeNode([number, number]);
}
