import { type FakeDocker, startFakeDocker } from '../fakes/docker/fake-docker.ts';
import { type Api, startApi } from '../http/support.ts';
import { tempDir } from '../support/temp.ts';

type Hooks = { after(run: () => Promise<void> | void): void };

export interface Site {
  api: Api;
  docker: FakeDocker;
  dataDir: string;
}

/** The app with a fake engine that has a few containers; reading and acting at one address. */
export async function startSite(t: Hooks, env: Record<string, string> = {}): Promise<Site> {
  const docker = await startFakeDocker();
  t.after(() => docker.close());
  const service = (name: string) => ({ 'com.docker.compose.service': name });
  docker.add({ name: 'stack-loki-1', labels: service('loki'), health: 'healthy', memoryLimit: 320 * 1_048_576 });
  docker.add({ name: 'stack-ultronex-1', labels: service('ultronex'), networks: ['app', 'observe'] });
  docker.add({ name: 'stack-haproxy-1', labels: service('haproxy'), restarts: 2 });
  docker.add({ name: 'stack-docker-read-1', labels: service('docker-read'), networks: [] });
  docker.add({ name: 'agent', mounts: ['/var/run/docker.sock'] });
  docker.add({ name: 'job', state: 'exited' });
  // Not removed before the app has stopped: hooks run in the order in which they were given.
  const removals: (() => void)[] = [];
  const dataDir = tempDir({ after: (run) => void removals.push(run as () => void) });
  const api = await startApi(t, { DATA_DIR: dataDir, DOCKER_READ_URL: docker.url, DOCKER_ACT_URL: docker.url, ...env });
  t.after(() => {
    for (const remove of removals) remove();
  });
  return { api, docker, dataDir };
}
