import { curlLine } from './curl.ts';
import type { Definition, JobTarget } from './types.ts';

interface Step {
  label: string;
  text: string;
}

const placeLines: Record<JobTarget, string> = {
  process: '    target: process\n    file: hello.sh',
  container: `    target: container\n    image: alpine:3.22\n    command: [sh, -c, 'echo "Hello $NAME!"']`,
  heroku: '    target: heroku\n    app: example\n    command: serverless',
};

const script = `printf '#!/bin/sh\\necho "Hello $NAME!"\\n' > hello.sh
chmod +x hello.sh`;

/** Returns what to write to get a first job on a target, and to call it. @param root `https://example.com/ultronex/` */
export function firstSteps(target: JobTarget, root: string): Step[] {
  const file = `jobs:
  - name: hello
    summary: says hello
${placeLines[target]}
    arguments: { NAME: { default: World } }
`;
  return [
    ...(target === 'process' ? [{ label: 'Shell, in the folder JOBS_BIN', text: script }] : []),
    { label: 'jobs/hello.yaml', text: file.trimEnd() },
    { label: 'Shell', text: curlLine(root, 'jobs/hello', { NAME: 'Daniela' }) },
  ];
}

/** Returns a value for each argument that has to be given. */
export function neededArguments(rules: Definition['arguments']): Record<string, string> {
  const needed = Object.entries(rules).filter(([, rule]) => rule.required && rule.default === null);
  return Object.fromEntries(
    needed.map(([name, { type, choices }]) => [
      name,
      choices?.[0] ?? { string: '…', integer: '1', boolean: 'true' }[type],
    ]),
  );
}
