#!/usr/bin/env node
import { loadSparingly } from '../lib/load-sparingly.ts';

const { runCli } = await loadSparingly(() => import('./run.ts'));
const code = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  out: (text) => console.log(text),
  err: (text) => console.error(text),
});
// Not process.exit, which would lose output that is still on its way to a pipe.
if (code !== null) process.exitCode = code;
