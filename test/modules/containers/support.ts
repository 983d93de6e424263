import { join } from 'node:path';
import type { AuditEntry } from '../../../src/modules/containers/audit.ts';
import { openDatabase } from '../../../src/stores/sqlite/driver.ts';
import { type FakeDocker, startFakeDocker } from '../../fakes/docker/fake-docker.ts';
import { type Api, startApi } from '../../http/support.ts';
import type { ApiAnswer } from '../../support/program.ts';
import { tempDir } from '../../support/temp.ts';

type Hooks = { after(run: () => Promise<void> | void): void };

export interface Site {
  api: Api;
  docker: FakeDocker;
  dataDir: string;
  /** Posts an action, confirmed unless told otherwise. */
  act(name: string, action: string, confirm?: string): Promise<ApiAnswer>;
  /** Lines of the audit log as `restart job: done`, oldest first. */
  audited(): string[];
  /** The app; the engine goes on. */
  stop(): Promise<void>;
}

type Given = Parameters<FakeDocker['add']>[0];

/** The app with a fake engine that has a few containers, and `more`; reading and acting at one address. */
export async function startSite(t: Hooks, env: Record<string, string> = {}, more: Given[] = []): Promise<Site> {
  const docker = await startFakeDocker();
  const stops: (() => unknown)[] = [];
  const hooks = { after: (run: () => unknown) => void stops.push(run) };
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  t.after(async () => {
    await stop();
    await docker.close();
  });
  const service = (name: string) => ({ 'com.docker.compose.service': name });
  docker.add({ name: 'stack-loki-1', labels: service('loki'), health: 'healthy', memoryLimit: 320 * 1_048_576 });
  docker.add({ name: 'stack-ultronex-1', labels: service('ultronex'), networks: ['app', 'observe'] });
  docker.add({ name: 'stack-haproxy-1', labels: service('haproxy'), restarts: 2 });
  docker.add({ name: 'stack-docker-read-1', labels: service('docker-read'), networks: [] });
  docker.add({ name: 'agent', mounts: ['/var/run/docker.sock'] });
  docker.add({ name: 'job', state: 'exited' });
  for (const each of more) docker.add(each);
  const dataDir = tempDir(t as never);
  const api = await startApi(hooks, {
    DATA_DIR: dataDir,
    DOCKER_READ_URL: docker.url,
    DOCKER_ACT_URL: docker.url,
    ...env,
  });
  return {
    ...{ api, docker, dataDir, stop },
    act: (name, action, confirm = name) => api.call('POST', `/containers/${name}/actions`, { action, confirm }),
    audited: () =>
      auditOf(dataDir).map(
        ({ action, container, outcome, detail }) => `${action} ${container}: ${outcome}${detail && `, ${detail}`}`,
      ),
  };
}

/** Every entry of the audit log on containers as it is in the store, oldest first. */
export function auditOf(dataDir: string): AuditEntry[] {
  const db = openDatabase(join(dataDir, 'ultronex.db'), { readonly: true });
  try {
    const rows = db
      .prepare<[], Record<string, string> & { at: number }>(
        "SELECT * FROM audit WHERE action LIKE 'container %' ORDER BY seq",
      )
      .all();
    return rows.map(
      ({ id = '', at, actor_kind, actor: name = '', source: from = '', action = '', target = '', ...row }) => ({
        ...{ id, at, actor: { kind: actor_kind as AuditEntry['actor']['kind'], name }, from },
        ...{ action: action.replace('container ', ''), container: target, detail: row.detail ?? '' },
        ...{ outcome: row.outcome as AuditEntry['outcome'], requestId: row.request_id ?? '' },
      }),
    );
  } finally {
    db.close();
  }
}
