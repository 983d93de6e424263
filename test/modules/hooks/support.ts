import { createHmac } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Api, answerOf, startApi } from '../../http/support.ts';
import type { ApiAnswer } from '../../support/program.ts';
import { tempDir } from '../../support/temp.ts';

type Hooks = { after(run: () => Promise<void> | void): void };

export interface HookSite {
  api: Api;
  dir: string;
  dataDir: string;
  /** Writes a file of hooks as editors do. */
  write(name: string, text: string): void;
  /** Sends bytes to `/ultronex/hooks/…` without a login. */
  post(path: string, body: string, headers?: Record<string, string>): Promise<ApiAnswer>;
}

export const secret = 'a long secret';
export const signed = (body: string, key = secret) => ({
  'content-type': 'application/json',
  'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
});

export const file = `hooks:
  - name: deploys
    channel: '#general'
    verify: { hmac: { header: X-Hub-Signature-256, prefix: 'sha256=', secret: ${secret} } }
    message: { text: 'deployed {{ body.repository }} by {{ body.who | default: "nobody" }}' }
  - name: sensor
    channel: '#ops'
    verify: { bearer: ${secret} }
    incident:
      key: 'sensor {{ body.id }}'
      status: '{% if body.ok %}resolved{% else %}firing{% endif %}'
      title: 'Sensor {{ body.id }}'
      text: '{{ body.text }}'
      fields: { room: '{{ body.room }}' }
      severity: '{{ body.severity | default: "warning" }}'
  - name: open
    channel: '#general'
    message: { text: '{{ body }}', title: 'from {{ headers["user-agent"] }}' }
`;

export async function startHooks(t: Hooks, files: Record<string, string> = { 'hooks.yaml': file }): Promise<HookSite> {
  const dir = join(tempDir(t as never), 'hooks');
  mkdirSync(dir);
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, `.${name}.new`), text);
    renameSync(join(dir, `.${name}.new`), join(dir, name));
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const dataDir = tempDir(t as never);
  const api = await startApi(t, { HOOKS_DIR: dir, DATA_DIR: dataDir });
  return {
    ...{ api, dir, dataDir, write },
    post: async (path, body, headers = { 'content-type': 'application/json' }) =>
      answerOf(await fetch(`${api.base}/hooks/${path}`, { method: 'POST', headers, body })),
  };
}
