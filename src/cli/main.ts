#!/usr/bin/env node
import { runCli } from './run.ts';

const code = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  out: (text) => console.log(text),
  err: (text) => console.error(text),
});
// Not process.exit: what was printed into a pipe would be cut.
if (code !== null) process.exitCode = code;
