import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hostile, send, untilState } from './site.ts';
import type { Bench } from './suite.ts';

export function streamTests(bench: Bench): void {
  const post = async (channel: string, text: string, state: string) =>
    untilState(bench.site, await send(bench.site, channel, text), state);

  describe('stream', () => {
    it('replays what was, sorts it into columns, shows markup as text', async () => {
      await post('#general', `stream one ${hostile}`, 'sent');
      await post('#no-such-channel', 'stream two', 'failed');
      await bench.on('stream', async ({ page }) => {
        await page.getByTestId('column-success').getByText(`stream one ${hostile}`).first().waitFor();
        await page.getByTestId('column-danger').getByText('stream two').first().waitFor();
        await page.getByTestId('connection').getByText('Live').waitFor();
        assert.equal(await page.locator('.mrkdwn :is(img, script)').count(), 0);
        assert.equal(await page.evaluate("'hacked' in window"), false);
      });
    });

    it('buffers while paused, and counts', () =>
      bench.on('stream', async ({ page }) => {
        await page.getByTestId('connection').getByText('Live').waitFor();
        await page.getByTestId('stream-pause').click();
        await post('#general', 'stream paused', 'sent');
        await page
          .getByTestId('stream-waiting')
          .getByText(/\([1-9]\d* new\)/)
          .waitFor();
        assert.equal(await page.getByText('stream paused').count(), 0);
        await page.getByTestId('stream-pause').click();
        await page.getByTestId('column-success').getByText('stream paused').waitFor();
      }));

    it('filters by text and channel, clears', async () => {
      await post('#general', 'stream needle', 'sent');
      await post('#no-such-channel', 'stream other', 'failed');
      await bench.on('stream', async ({ page }) => {
        const cards = page.getByTestId('stream-card');
        await cards.filter({ hasText: 'stream needle' }).waitFor();
        await page.getByTestId('stream-filter').fill('NEEDLE');
        await cards.filter({ hasText: 'stream other' }).waitFor({ state: 'detached' });
        assert.equal(await cards.count(), 1);
        await page.getByTestId('stream-filter').fill('');
        await page.getByTestId('stream-channel').selectOption('#no-such-channel');
        await cards.filter({ hasText: 'stream needle' }).waitFor({ state: 'detached' });
        await cards.filter({ hasText: 'stream other' }).waitFor();
        await page.getByTestId('stream-clear').click();
        assert.equal(await cards.count(), 0);
      });
    });

    it('shows one level at a time on a phone', () =>
      bench.on(
        'stream',
        async ({ page }) => {
          await page.getByTestId('tab-danger').click();
          await page.getByTestId('column-danger').waitFor();
          assert.equal(await page.getByTestId('column-success').isVisible(), false);
        },
        { width: 360 },
      ));
  });
}
