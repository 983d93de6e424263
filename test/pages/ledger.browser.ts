import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually } from './eventually.ts';
import { call, hostile, post as postOne, send, untilState } from './site.ts';
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
    it('the ledger filters by text and state, and keeps the filter in the address', async () => {
      const needle = await post('#general', 'ledger needle', 'sent');
      const other = await post('#no-such-channel', 'ledger other', 'failed');
      await bench.on('ledger', async ({ page }) => {
        await row(page, other).waitFor();
        await page.getByTestId('ledger-search').fill('NEEDLE');
        await row(page, other).waitFor({ state: 'detached' });
        await row(page, needle).waitFor();
        await page.getByTestId('state-failed').click();
        await page.getByText('No message matches the filter.').waitFor();
        await page.reload();
        await page.getByText('No message matches the filter.').waitFor();
        await page.getByTestId('ledger-search').fill('');
        await row(page, other).waitFor();
        await eventually(() => row(page, needle).count(), 0);
      });
    });

    it('a row and its details show markup as text', async () => {
      const id = await post('#general', `ledger ${hostile}`, 'sent');
      await bench.on('ledger', async ({ page }) => {
        await openRow(page, id);
        await row(page, id).getByTestId('details').getByText(`ledger ${hostile}`).waitFor();
        assert.equal(await page.locator(':is(table, .mrkdwn) :is(img, script)').count(), 0);
        assert.equal(await page.evaluate("'hacked' in window"), false);
      });
    });

    it('a failed message shows the reason and can be sent again', async () => {
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

    it('a message can be edited, and withdrawn after a confirmation', async () => {
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

    it('a waiting message that is withdrawn is never sent', async () => {
      await call(bench.site, 'POST', 'simulator/channels', { name: 'busy' });
      // One is sent a second, so the last one waits longer than a busy machine needs to open the page.
      const ids = await Promise.all(Array.from({ length: 60 }, (_, at) => send(bench.site, '#busy', `turn ${at}`)));
      const last = ids.at(-1) ?? '';
      await bench.on(`ledger?id=${last}`, async ({ page }) => {
        const details = page.getByTestId('details').first();
        await details.getByTestId('outcome').getByText('Waiting for its turn.').waitFor();
        await details.getByRole('button', { name: 'Withdraw' }).click();
        await details.getByText('Withdraw it before it is sent?').waitFor();
        await details.getByTestId('confirm').click();
        await details.getByTestId('outcome').getByText('Somebody withdrew it.').waitFor();
        assert.equal((await call(bench.site, 'GET', `messages/${last}`)).state, 'withdrawn');
      });
    });

    it('an expired message shows the reason and can be sent again', async () => {
      await call(bench.site, 'POST', 'simulator/channels', { name: 'slow' });
      await Promise.all(Array.from({ length: 10 }, (_, at) => send(bench.site, '#slow', `before it ${at}`)));
      const id = await postOne(bench.site, { channel: '#slow', text: 'ledger too late', ttl: 1 });
      await untilState(bench.site, id, 'expired');
      await bench.on('ledger?state=expired', async ({ page }) => {
        await openRow(page, id);
        await row(page, id).getByTestId('outcome').getByText('It expired before it could be sent').waitFor();
        await row(page, id).getByTestId('retry').click();
        await untilState(bench.site, id, 'sent');
        await row(page, id).waitFor({ state: 'detached' });
      });
    });

    it('a digest lists the messages that were merged into it, and each of them links the digest', async () => {
      await call(bench.site, 'POST', 'simulator/channels', { name: 'flood' });
      // They keep the channel busy, so that all of the next ones wait for the same turn.
      await Promise.all(Array.from({ length: 5 }, (_, at) => send(bench.site, '#flood', `before them ${at}`)));
      const ids = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          postOne(bench.site, { channel: '#flood', text: `worker ${at} lost its queue` }),
        ),
      );
      await untilState(bench.site, ids.at(-1) ?? '', 'merged');
      const { mergedInto } = await call(bench.site, 'GET', `messages/${ids.at(-1)}`);
      const digest = String(mergedInto);
      await bench.on(`ledger?id=${ids.at(-1)}`, async ({ page }) => {
        await page.getByText('merged into a similar message').first().waitFor();
        await page.getByRole('link', { name: 'Show the merged message' }).first().click();
        await page.waitForURL(`**/ledger?id=${digest}`);
        await row(page, digest)
          .getByText(/^\+1\d similar$/)
          .waitFor();
        const { mergedCount } = await call(bench.site, 'GET', `messages/${digest}`);
        const merged = row(page, digest).getByTestId('merged');
        await merged.getByText(`${mergedCount} similar, merged into this one`).waitFor();
        await eventually<unknown>(() => merged.getByRole('listitem').count(), mergedCount);
        await merged.getByText('worker 19 lost its queue').waitFor();
      });
    });

    it('a button shows older messages', async () => {
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
