import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Site } from './browser.ts';
import { eventually, fits } from './eventually.ts';
import { call, untilState } from './site.ts';
import { startSite } from './start-site.ts';
import type { Bench } from './suite.ts';

const sizes = (['light', 'dark'] as const).flatMap((theme) => [1280, 390].map((width) => ({ theme, width })));

/** Tests empty pages, features that are off, unknown addresses and the API reference. */
export function guidanceTests(bench: Bench): void {
  describe('guidance', () => {
    /** Another program, whose pages are empty. */
    let empty: Site;
    before(async () => {
      empty = await startSite();
    });
    after(() => empty?.stop());

    for (const [path, command] of [
      ['tracked', 'forward error|timeout'],
      ['ledger', "npx ultronex send '#general' 'backup done' --wait"],
      ['stream', "-d 'backup done'"],
    ] as const) {
      it(`an empty ${path} page says how to fill it, with a command to copy`, async () => {
        for (const view of sizes) {
          await bench.on(
            path,
            async ({ page }) => {
              const notice = page.getByTestId('empty').first();
              await notice.waitFor();
              await page.getByText(command).first().waitFor();
              await notice.getByRole('button', { name: 'Copy' }).first().waitFor();
              await fits(page, view.width);
            },
            { ...view, through: empty.url },
          );
        }
      });
    }

    it('a search without a match offers to show everything again', async () => {
      await call(bench.site, 'POST', 'track', { pattern: 'guidance', user: 'U1' });
      await bench.on('ledger?q=no+such+words', async ({ page }) => {
        await page.getByTestId('clear-filter').click();
        await page.getByTestId('delivery').first().waitFor();
        await eventually(() => new URL(page.url()).search, '');
      });
      await bench.on('tracked', async ({ page }) => {
        await page.getByTestId('find-pattern').fill('no such pattern');
        await page.getByTestId('clear-search').click();
        await page.getByTestId('pattern').first().waitFor();
      });
    });

    it('the menu marks features that are off, and the home page says, after a login, how to turn them on', () =>
      bench.on('stream', async ({ page }) => {
        await page.getByTestId('nav-containers').getByText('off').waitFor();
        assert.equal(await page.getByTestId('nav-simulator').getByText('off').count(), 0);
        const { username, password } = bench.site;
        const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
        await page.setExtraHTTPHeaders({ authorization });
        await page.goto(`${bench.site.url}/ultronex/`);
        const slack = page.getByTestId('off').filter({ hasText: 'SLACK_BOT_TOKEN' });
        await slack.getByRole('link', { name: 'Instructions in the guide' }).click();
        await page.getByRole('heading', { name: 'With Slack', exact: true }).waitFor();
        await eventually(() => new URL(page.url()).hash, '#README/with-slack');
      }));

    it('the page of the simulator explains why it is off', () =>
      bench.on('', async ({ page }) => {
        await page.route('**/ultronex/status', (route) =>
          route.fulfill({
            json: { version: '1', startedAt: new Date().toISOString(), simulator: false, parts: [] },
          }),
        );
        await page.goto(`${bench.site.url}/ultronex/simulator`);
        await page.getByTestId('module-off').getByText('Slack is the workspace').waitFor();
      }));

    it('the ledger and the stream show fields for Slack; a message with only attachments shows their fallback', async () => {
      const attachments = [
        {
          color: 'danger',
          fallback: 'Build 7 failed',
          title: 'Build 7',
          title_link: 'javascript:alert(1)',
          text: 'see <@U2>',
        },
      ];
      const message = { channel: '#general', text: ' ', username: 'deploy-bot', icon_emoji: ':rocket:', attachments };
      const { id } = await call(bench.site, 'POST', 'slack', { msg: message });
      await untilState(bench.site, String(id), 'sent');
      await bench.on(`ledger?id=${id}`, async ({ page }) => {
        const row = page.locator(`[data-testid=delivery][data-id="${id}"]`);
        await row.getByText('Build 7 failed').waitFor();
        const fields = row.getByTestId('slack-fields');
        await fields.getByText('deploy-bot').waitFor();
        await fields.getByText('@grace').waitFor();
        assert.equal(await fields.locator('a').count(), 0, 'no link has a javascript: address');
        await page.getByTestId('ledger-search').fill('build 7 FAILED');
        await row.waitFor();
      });
      await bench.on('stream', async ({ page }) => {
        await page.getByTestId('stream-card').getByText('Build 7 failed').waitFor();
      });
    });

    for (const { theme, width } of sizes) {
      it(`the page for an unknown address fits ${width} px and has enough contrast, ${theme}`, () =>
        bench.on(
          'nowhere',
          async ({ page }) => {
            await page.getByRole('heading', { name: 'You have entered an Abyss' }).waitFor();
            await eventually(() => page.title(), 'You have entered an Abyss · Ultronex');
            await fits(page, width);
          },
          { theme, width, provokes: /status of 404/ },
        ));

      it(`the API reference fits ${width} px and has enough contrast with an open form, ${theme}`, () =>
        bench.on(
          'docs',
          async ({ page }) => {
            await page.locator('.opblock').first().waitFor();
            await eventually(() => page.title(), 'API · Ultronex');
            await page.locator('.opblock-summary-control').first().click();
            await page.locator('.try-out__btn').first().click();
            await page.locator('.btn.execute').first().waitFor();
            assert.equal(await page.getByText('swagger', { exact: false }).count(), 0);
            await fits(page, width);
          },
          { theme, width },
        ));
    }

    it('the API reference sends requests with the login of the page', () =>
      bench.on('docs', async ({ page }) => {
        // Swagger UI renders everything again at each press, which is slow.
        page.setDefaultTimeout(30_000);
        const stats = page.locator('.opblock', { hasText: '/ultronex/stats' });
        await stats.locator('.opblock-summary-control').click();
        await stats.locator('.try-out__btn').click();
        await stats.locator('.btn.execute').click();
        await stats.getByText('total_msg_count').first().waitFor();
      }));
  });
}
