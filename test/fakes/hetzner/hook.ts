import { spawn } from 'node:child_process';
import type { Hooks } from './fake-hetzner.ts';

/**
 * A shell command as the hook. On stdin it gets one line of JSON with an `event`:
 * `create` with server, userData and sshKeys, on which the last line it prints is the address of the machine;
 * `delete` with server; `image`, only when `withImages`, with server and image. A nonzero exit fails the action.
 */
export function commandHook(command: string, withImages = false): Hooks {
  return {
    async onServerCreate(server, start) {
      const output = await run(command, { event: 'create', server, ...start });
      const ipv4 = output.trim().split('\n').at(-1)?.trim();
      return ipv4 ? { ipv4 } : undefined;
    },
    async onServerDelete(server) {
      await run(command, { event: 'delete', server });
    },
    onImageCreate: withImages
      ? async (server, image) => void (await run(command, { event: 'image', server, image }))
      : undefined,
  };
}

function run(command: string, input: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`the hook ended with ${code}: ${command}`));
    });
    // A hook that does not read its input is none of our troubles.
    child.stdin.on('error', () => undefined).end(`${JSON.stringify(input)}\n`);
  });
}
