import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, fits } from './eventually.ts';
import { call } from './site.ts';
import type { Bench } from './suite.ts';

const views = (['light', 'dark'] as const).flatMap((theme) => [1280, 360, 320].map((width) => ({ theme, width })));

/** Tests the page of the audit log. */
export function auditTests(bench: Bench): void {
  const note = (action: string, target: string, more: object = {}) =>
    call(bench.site, 'POST', 'audit', { action, target, ...more });

  describe('audit log', () => {
    it('the audit log lists what was done and refused, with the request id on demand', async () => {
      const { token } = await call(bench.site, 'POST', 'tokens', { name: 'curious', scopes: ['read'] });
      const headers = { authorization: `Bearer ${token}` };
      assert.equal((await fetch(`${bench.site.url}/ultronex/tokens`, { headers })).status, 403);
      await bench.on('audit', async ({ page }) => {
        const rows = page.getByTestId('audit-entry');
        const made = rows.filter({ hasText: 'token create' }).filter({ hasText: 'curious' });
        await made.getByText('done').waitFor();
        await made.getByText('ultron').waitFor();
        const refused = rows.filter({ hasText: 'GET /ultronex/tokens' });
        await refused.first().getByText('this needs admin').waitFor();
        await eventually(() => refused.first().getAttribute('data-outcome'), 'refused');
        await made.getByRole('button').click();
        const details = page.getByTestId('audit-details');
        await details.getByText('Request id').waitFor();
        await details.getByRole('button', { name: 'this target' }).click();
        await eventually(() => new URL(page.url()).search, '?target=curious');
        await refused.first().waitFor({ state: 'detached' });
        await eventually(() => rows.count(), 1);
      });
    });

    it('a filter is in the address, so that it can be shared', async () => {
      await note('deploy', 'v1.4.0', { detail: 'by hand' });
      await note('deploy', 'v1.4.1', { outcome: 'failed' });
      await bench.on('audit?action=dep&outcome=failed', async ({ page }) => {
        const rows = page.getByTestId('audit-entry');
        await rows.getByText('v1.4.1').waitFor();
        await eventually(() => rows.count(), 1);
        await eventually(() => page.getByTestId('audit-action').inputValue(), 'dep');
        await page.getByTestId('outcome-all').click();
        await rows.getByText('v1.4.0').waitFor();
        await eventually(() => new URL(page.url()).search, '?action=dep');
        await page.getByTestId('audit-actor').fill('nobody');
        await page.getByTestId('clear-filter').click();
        await rows.filter({ hasText: 'token create' }).first().waitFor();
        await eventually(() => new URL(page.url()).search, '');
      });
    });

    it('a button shows older entries; new ones do not move them', async () => {
      for (let each = 0; each < 60; each++) await note('count', `number ${each}`);
      await bench.on('audit?action=count', async ({ page }) => {
        const rows = page.getByTestId('audit-entry');
        await rows.filter({ hasText: 'number 59' }).waitFor();
        await eventually(() => rows.count(), 50);
        await page.getByTestId('older').click();
        await rows.filter({ hasText: 'number 0' }).waitFor();
        await eventually(() => rows.count(), 60);
        await page.getByTestId('older').waitFor({ state: 'detached' });
      });
    });

    it('empty pages are skipped, names of Slack users are shown', () =>
      bench.on('tokens', async ({ page }) => {
        const asked: (string | null)[] = [];
        const base = { action: 'rare', outcome: 'begun', detail: '', requestId: '', at: '2026-01-02T03:04:05.000Z' };
        const actor = { kind: 'slack', name: 'U1' };
        const entries = [{ ...base, id: 'one', actor, source: 'C1', target: 'loki' }];
        await page.route('**/ultronex/audit?*limit=*', (route) => {
          const cursor = new URL(route.request().url()).searchParams.get('cursor');
          asked.push(cursor);
          const at = Number(cursor ?? 30);
          return route.fulfill({ json: at > 15 ? { entries: [], next: String(at - 1) } : { entries, next: null } });
        });
        await page.goto(`${bench.site.url}/ultronex/audit?action=rare`);
        await page.getByText('so far').waitFor();
        assert.equal(asked.length, 10, 'it stops after ten empty pages');
        await page.getByTestId('older').click();
        const row = page.getByTestId('audit-entry');
        await row.getByText('@ada').waitFor();
        await row.getByText('begun').waitFor();
        assert.equal(asked.length, 16);
      }));

    for (const { theme, width } of views) {
      it(`the audit log fits ${width} px with long names and has enough contrast, ${theme}`, async () => {
        await note('restart', 'x'.repeat(150), { outcome: 'failed', detail: 'because '.repeat(30) });
        await bench.on(
          'audit',
          async ({ page }) => {
            await page.getByTestId('audit-entry').first().getByRole('button').click();
            await page.getByTestId('audit-details').waitFor();
            await fits(page, width);
            await page.screenshot({ path: `test-output/screenshots/audit-open-${theme}-${width}.png` });
          },
          { theme, width },
        );
      });
    }
  });
}
