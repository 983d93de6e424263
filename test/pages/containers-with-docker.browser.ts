import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startFakeDocker } from '../fakes/docker/fake-docker.ts';
import { frame } from '../fakes/docker/world.ts';
import { until } from './browser.ts';
import { eventually, eventuallyMatches } from './eventually.ts';
import { startSite } from './start-site.ts';
import type { Bench } from './suite.ts';

const stamp = () => `${new Date().toISOString().slice(0, -1)}000000Z`;

/** Tests the page with the program's own routes and a fake Docker engine. */
export function containersWithDockerTests(bench: Bench): void {
  describe('containers with the real routes', () => {
    it('the page lists, follows a log, restarts, opens a shell, and records the actions', async (t) => {
      const docker = await startFakeDocker();
      t.after(() => docker.close());
      const labels = { 'com.docker.compose.service': 'loki' };
      const loki = docker.add({ name: 'stack-loki-1', labels, health: 'healthy', memoryLimit: 320 * 1_048_576 });
      docker.add({ name: 'agent', mounts: ['/var/run/docker.sock'] });
      docker.add({ name: 'job', state: 'exited', networks: [] });
      const site = await startSite({ DOCKER_READ_URL: docker.url, DOCKER_ACT_URL: docker.url });
      t.after(() => site.stop());

      await bench.on(
        'containers',
        async ({ page }) => {
          const row = (name: string) => page.locator(`[data-testid=container][data-name="${name}"]`);
          await row('stack-loki-1').getByText('healthy').waitFor();
          await eventuallyMatches(() => row('stack-loki-1').innerText(), /MiB of 320 MiB/);
          await row('agent').getByText('protected').waitFor({ state: 'attached' });
          await row('job').getByText('finished', { exact: true }).waitFor();

          await row('stack-loki-1').getByRole('link').click();
          await page.getByTestId('connection').getByText('Live').waitFor();
          await until('a follower', async () => docker.followers() > 0);
          docker.write(loki, frame(2, `${stamp()} \x1b[31mout of space\x1b[0m\n`));
          await page.getByTestId('log-line').filter({ hasText: 'out of space' }).waitFor();

          await page.getByTestId('act-restart').click();
          await page.getByTestId('confirm').click();
          await page.getByTestId('answer').getByText('restart: done.').waitFor();
          assert.deepEqual(docker.acts, ['restart stack-loki-1']);

          await page.getByRole('tab', { name: 'Shell' }).click();
          await page.getByTestId('shell-ask').click();
          await page.getByTestId('confirm').click();
          await page.locator('.xterm-rows').getByText('$').waitFor();
          await page.keyboard.type('uptime');
          await page.locator('.xterm-rows').getByText('$ uptime').waitFor();
          await page.keyboard.press('Control+d');
          await page.getByTestId('shell-state').getByText('The shell has ended.').waitFor();

          await page.getByRole('tab', { name: 'Audit log' }).click();
          const entries = page.getByTestId('audit-entry');
          await entries.filter({ hasText: 'shell stack-loki-1' }).filter({ hasText: 'done' }).waitFor();
          await entries.filter({ hasText: 'restart stack-loki-1' }).filter({ hasText: 'ultron' }).waitFor();
          await eventually(() => entries.count(), 2);
        },
        { through: site.url },
      );
    });
  });
}
