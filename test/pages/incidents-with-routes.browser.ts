import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { hashPassword } from '../../src/people/index.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { alert, notification, resolved } from '../modules/incidents/notifications.ts';
import { slackEnv } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';
import type { Site } from './browser.ts';
import { eventually } from './eventually.ts';
import { call, untilState } from './site.ts';
import { startSite } from './start-site.ts';
import type { Bench } from './suite.ts';

/** Sends a notification as Alertmanager does. Returns the id of the card's delivery. */
async function notify(site: Site, alertname: string, status: 'firing' | 'resolved', alerts = 1): Promise<string> {
  const startsAt = new Date(Date.now() - 300_000).toISOString();
  const each = Array.from({ length: alerts }, (_, at) => {
    const annotations = { summary: `The summary of ${alertname} ${at + 1}` };
    return alert({ labels: { alertname, instance: `db-${at + 1}` }, annotations, startsAt });
  });
  const firing = notification(each, { groupKey: alertname, groupLabels: { alertname } });
  return String((await call(site, 'POST', 'hooks/alertmanager', status === 'firing' ? firing : resolved(firing))).id);
}

/** Tests the page of incidents with the program's own routes. */
export function incidentsWithRoutesTests(bench: Bench): void {
  describe('incidents with the real routes', () => {
    it('an alert becomes an incident that is acknowledged, silenced and resolved on the page', async () => {
      await notify(bench.site, 'DiskFull', 'firing');
      await notify(bench.site, 'Elsewhere', 'firing');
      await notify(bench.site, 'Elsewhere', 'resolved');
      await bench.on('incidents', async ({ page }) => {
        const row = page.getByTestId('incident').filter({ hasText: 'DiskFull' });
        await row.getByText('critical', { exact: true }).waitFor();
        await page.getByTestId('tab-resolved').click();
        await page.getByTestId('incident').filter({ hasText: 'Elsewhere' }).getByText('recovered').waitFor();
        await page.getByTestId('incident-search').fill('diskf');
        await page.getByTestId('clear-search').waitFor();
        await page.getByTestId('tab-open').click();
        await row.click();
        await page.getByTestId('incident-text').getByText('The summary of DiskFull').waitFor();
        await page.getByTestId('acknowledge').click();
        await page.getByTestId('done').getByText('is acknowledged').waitFor();
        await page.locator('[data-fact="On it"]').getByText('ultron, since').waitFor();
        await page.getByTestId('acknowledge').click();
        await page.getByTestId('refusal').getByText('You acknowledged').waitFor();
        await page.getByTestId('silence-8h').click();
        await page.locator('[data-fact=Silence]').getByText('Silenced by ultron until').waitFor();
        await page.getByTestId('silence-off').click();
        await page.locator('[data-fact=Silence]').waitFor({ state: 'detached' });
        await page.getByTestId('stop-reminding').click();
        await page.locator('[data-fact=Reminders]').waitFor();
        await page.getByTestId('resolve').click();
        await page.getByTestId('resolve-note').fill('made room');
        await page.getByTestId('confirm-resolve').click();
        await page.locator('[data-fact="Resolved by"]').getByText('ultron').waitFor();
        await page.getByTestId('card-fact').getByText('Open in the simulator').waitFor();
        const kinds = () =>
          page.getByTestId('entry').evaluateAll((entries) => entries.map((each) => each.getAttribute('data-kind')));
        const acts = ['acknowledged', 'silenced', 'unsilenced', 'reminders stopped', 'resolved', 'note'];
        await eventually(kinds, ['opened', ...acts]);
        const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('post-mortem').click()]);
        assert.match(download.suggestedFilename(), /^incident-\d+\.md$/);
        assert.match(await readFile(await download.path(), 'utf8'), /^# Incident #\d+: DiskFull\n/);
        await page.getByTestId('card-fact').getByText('Open in the ledger').click();
        await page.getByTestId('details').getByText('DiskFull').first().waitFor();
        await page.goBack();
        await page.getByRole('heading', { name: 'DiskFull' }).waitFor();
        await page.screenshot({ path: 'test-output/screenshots/incidents-real.png', fullPage: true });
      });
    });

    it('maintenance that a script opened is ended on the page', async () => {
      await call(bench.site, 'POST', 'incidents/maintenance', { for: '2h', reason: 'new cables' });
      await bench.on('incidents', async ({ page }) => {
        await page.getByTestId('maintenance').getByText('new cables').waitFor();
        await notify(bench.site, 'InMaintenance', 'firing');
        await page.getByTestId('incident').filter({ hasText: 'InMaintenance' }).getByText('not posted').waitFor();
        await page.getByTestId('end-maintenance').click();
        await page.getByTestId('confirm').click();
        await page.getByTestId('maintenance').waitFor({ state: 'detached' });
        await notify(bench.site, 'InMaintenance', 'resolved');
      });
    });

    it('the list of all alerts opens when a card has more than ten', async () => {
      await notify(bench.site, 'Many', 'firing', 13);
      await bench.on(
        'incidents?search=many',
        async ({ page }) => {
          await page.getByTestId('incident').getByText('Many').click();
          await page.getByTestId('alert').nth(9).waitFor();
          await page.getByRole('link', { name: '3 more' }).click();
          await page.getByText('The summary of Many 13').waitFor();
          assert.match(new URL(page.url()).pathname, /^\/ultronex\/incidents\/alerts\//);
        },
        // Plain text names no icon, so the browser asks for /favicon.ico.
        { provokes: /status of 404/ },
      );
    });

    it('while Slack is down an incident is acknowledged on the page, which says that its card waits', async (t) => {
      const slack = await startFakeSlack({ teams: [{ id: 'T1', channels: [{ id: 'C9', name: 'alerts' }] }] });
      t.after(() => slack.stop());
      const site = await startSite(slackEnv(slack));
      t.after(() => site.stop());
      await untilState(site, await notify(site, 'Told', 'firing'), 'sent');
      for (const method of ['chat.update', 'chat.postMessage']) {
        slack.faults.add({ method, kind: 'status', status: 503, times: Number.POSITIVE_INFINITY });
      }
      await notify(site, 'NotTold', 'firing');
      await bench.on(
        'incidents',
        async ({ page }) => {
          const row = (name: string) => page.getByTestId('incident').filter({ hasText: name });
          await row('NotTold').nth(0).getByText('card waits for Slack').waitFor();
          await page.getByRole('link', { name: '#1 Told' }).click();
          await page.getByTestId('acknowledge').click();
          await page.getByTestId('done').getByText('is acknowledged').waitFor();
          await page.locator('[data-fact="On it"]').getByText('ultron').waitFor();
          const card = page.getByTestId('card-fact');
          await card.getByText('Slack does not have the last change yet').waitFor({ timeout: 60_000 });
          slack.faults.clear();
          await card.getByText('Slack does not have').waitFor({ state: 'detached', timeout: 60_000 });
          await card.getByRole('link', { name: 'Open in Slack' }).waitFor();
        },
        { through: site.url },
      );
    });

    it('a viewer reads incidents; an action is refused with the role that it needs', async (t) => {
      const file = join(tempDir(t), 'users.yaml');
      await writeFile(
        file,
        `users:\n  - { name: linus, password: '${await hashPassword('a long password')}', role: viewer }\n`,
      );
      await chmod(file, 0o600);
      const site = await startSite({ USERS_FILE: file });
      t.after(() => site.stop());
      await notify(site, 'Seen', 'firing');
      await bench.on(
        'incidents',
        async ({ page }) => {
          await page.setExtraHTTPHeaders({
            authorization: `Basic ${Buffer.from('linus:a long password').toString('base64')}`,
          });
          await page.getByTestId('incident').getByText('Seen').click();
          await page.getByTestId('acknowledge').click();
          await page.getByTestId('refusal').getByText('"linus" is viewer; this needs the role operator.').waitFor();
        },
        { through: site.url, provokes: /status of 403/ },
      );
    });
  });
}
