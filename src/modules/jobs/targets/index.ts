import { join } from 'node:path';
import type { JobTarget } from '../../../domain/job.ts';
import { readExitStatus } from '../../../heroku-api/index.ts';
import type { JobStore } from '../../../ports/job-store.ts';
import type { ModuleContext } from '../../module.ts';
import type { jobSettings } from '../settings.ts';
import type { Target } from '../target.ts';
import { unfinishedJobs } from '../unfinished.ts';

/** Opens the targets that the settings turn on. The code of others is not loaded. */
export async function openTargets({
  config,
  clock,
  log,
  store,
  onStop,
}: ModuleContext<typeof jobSettings>): Promise<ReadonlyMap<JobTarget, Target>> {
  const targets = new Map<JobTarget, Target>();
  if (config.JOBS_BIN !== undefined) {
    const { createProcessTarget } = await import('./process.ts');
    targets.set(
      'process',
      createProcessTarget({ bin: config.JOBS_BIN, folder: join(config.DATA_DIR, 'jobs'), clock, log }),
    );
  }
  if (config.HEROKU_API_KEY !== undefined) {
    const { createHerokuTarget } = await import('./heroku.ts');
    const { HEROKU_API_URL: url, HEROKU_API_KEY: key } = config;
    targets.set(
      'heroku',
      createHerokuTarget({
        ...{ url, key, clock, log, known: (handle: string) => hasHandle(store, handle) },
        exitStatusOf: (dyno) => readExitStatus(store, dyno),
      }),
    );
  }
  if (config.DOCKER_JOBS_URL !== undefined) {
    const { createContainerTarget } = await import('./container.ts');
    const folder = join(config.DATA_DIR, 'jobs');
    targets.set('container', createContainerTarget({ url: config.DOCKER_JOBS_URL, folder, clock }));
  }
  for (const [name, { close }] of targets) if (close !== undefined) onStop(`jobs of ${name}`, close);
  return targets;
}

/** Whether a job that has not ended has this handle. */
async function hasHandle(store: Pick<JobStore, 'unfinishedJobs'>, handle: string): Promise<boolean> {
  for await (const job of unfinishedJobs(store)) if (job.handle === handle) return true;
  return false;
}
