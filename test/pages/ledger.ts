import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { hostile, send, untilState } from './site.ts';
import type { Bench } from './suite.ts';

const row = (page: Page, id: string) => page.locator(`[data-testid=delivery][data-id="${id}"]`);
const openRow = (page: Page, id: string) => row(page, id).getByRole('button').first().click();

export function ledgerTests(bench: Bench): void {
  const post = async (channel: string, text: string, state: string) => {
    const id = await send(bench.site, channel, text);
    await untilState(bench.site, id, state);
    return id;
  };

  describe('ledger', () => {
    it('finds by text and by state, remembers it in the address', async () => {
      const needle = await post('#general', 'ledger needle', 'sent');
      const other = await post('#no-such-channel', 'ledger other', 'failed');
      await bench.on('ledger', async ({ page }) => {
        await row(page, other).waitFor();
        await page.getByTestId('ledger-search').fill('NEEDLE');
        await row(page, other).waitFor({ state: 'detached' });
        await row(page, needle).waitFor();
        await page.getByTestId('state-failed').click();
        await page.getByText('No message passes the filter.').waitFor();
        await page.reload();
        await page.getByText('No message passes the filter.').waitFor();
        await page.getByTestId('ledger-search').fill('');
        await row(page, other).waitFor();
        assert.equal(await row(page, needle).count(), 0);
      });
    });

    it('shows markup as text, in the row and in the details', async () => {
      const id = await post('#general', `ledger ${hostile}`, 'sent');
      await bench.on('ledger', async ({ page }) => {
        await openRow(page, id);
        await row(page, id).getByTestId('details').getByText(`ledger ${hostile}`).waitFor();
        assert.equal(await page.locator(':is(table, .mrkdwn) :is(img, script)').count(), 0);
        assert.equal(await page.evaluate("'hacked' in window"), false);
      });
    });

    it('says why a message failed, and sends it again', async () => {
      const id = await post('#no-such-channel', 'ledger again', 'failed');
      await bench.on(`ledger?id=${id}`, async ({ page }) => {
        const details = page.getByTestId('details').first();
        await details.getByTestId('outcome').getByText('channel_not_found').waitFor();
        const answer = page.waitForResponse((response) => response.url().endsWith('/retry'));
        await details.getByTestId('retry').click();
        assert.ok((await answer).ok());
        await untilState(bench.site, id, 'failed');
      });
    });

    it('edits, then withdraws after asking', async () => {
      const id = await post('#general', 'ledger typo', 'sent');
      await bench.on('ledger', async ({ page }) => {
        await openRow(page, id);
        await row(page, id).getByTestId('edit').click();
        await page.getByTestId('edit-text').fill('ledger corrected');
        await page.getByRole('button', { name: 'Save' }).click();
        await row(page, id).locator('.mrkdwn').getByText('ledger corrected').waitFor();
        await row(page, id).getByRole('button', { name: 'Withdraw' }).click();
        await row(page, id).getByText('Delete it in Slack?').waitFor();
        await row(page, id).getByTestId('confirm').click();
        await untilState(bench.site, id, 'withdrawn');
        await row(page, id).getByTestId('outcome').getByText('Somebody withdrew it').waitFor();
      });
    });

    it('pages back to older ones', async () => {
      for (let sent = 0; sent < 60; sent += 10) {
        await Promise.all(
          Array.from({ length: 10 }, (_, at) => send(bench.site, '#no-such-channel', `ledger page ${sent + at}`)),
        );
      }
      await bench.on('ledger', async ({ page }) => {
        await page.getByTestId('older').click();
        await page.getByTestId('delivery').nth(50).waitFor();
      });
    });
  });
}
