import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { apiTypes, documentOfRoutes } from './docs/api-types.ts';
import { configurationPage, envExample, stackTable } from './docs/configuration.ts';
import { errorTable } from './docs/errors.ts';
import { fillMarkers } from './docs/markers.ts';
import { metricTable } from './docs/metrics.ts';
import { routeTable } from './docs/routes.ts';

const root = resolve(import.meta.dirname, '..');

/** The files that are written by this script, in whole or between markers, as they should be. */
export async function generate(): Promise<Record<string, string>> {
  const api = readFileSync(resolve(root, 'docs/api.md'), 'utf8');
  const stack = readFileSync(resolve(root, 'docs/stack.md'), 'utf8');
  return {
    '.env.example': envExample(),
    'docs/configuration.md': configurationPage(),
    'src/api/paths.ts': await apiTypes(await documentOfRoutes()),
    'docs/stack.md': fillMarkers(stack, { 'stack settings': stackTable() }),
    'docs/api.md': fillMarkers(api, {
      routes: await routeTable(),
      metrics: await metricTable(),
      errors: errorTable(resolve(root, 'src')),
    }),
  };
}

if (import.meta.filename === process.argv[1]) {
  for (const [file, content] of Object.entries(await generate())) {
    writeFileSync(resolve(root, file), content);
    console.log(file);
  }
}
