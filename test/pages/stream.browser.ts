import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Opened } from './browser.ts';
import { eventually, eventuallyMatches } from './eventually.ts';
import { openLine } from './line.ts';
import { hostile, send, untilState } from './site.ts';
import type { Bench } from './suite.ts';

const partCard = (id: number, level: string, text: string) => ({
  ...{ id, level, text, at: Date.now() },
  ...{ what: 'part', channel: '', deliveryId: null, trace: null },
});

export function streamTests(bench: Bench): void {
  const post = async (channel: string, text: string, state: string) =>
    untilState(bench.site, await send(bench.site, channel, text), state);

  describe('stream', () => {
    it('a page whose address has a login in it works, too', async () => {
      const { url, username, password } = bench.site;
      const through = Object.assign(new URL(url), { username, password }).href.replace(/\/$/, '');
      await post('#general', 'with a login', 'sent');
      for (const path of ['stream', 'ledger']) {
        await bench.on(path, ({ page }) => page.getByText('with a login').first().waitFor(), { through });
      }
    });

    it('the stream replays earlier messages, in columns by level, and shows markup as text', async () => {
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

    it('a message with :warning: or :x: is in the column of its level', async () => {
      await post('#general', 'stream disk 91 % full :warning:', 'sent');
      await post('#general', 'stream backup :x:', 'sent');
      await bench.on('stream', async ({ page }) => {
        await page.getByTestId('column-warning').getByText('stream disk 91 % full ⚠️').waitFor();
        await page.getByTestId('column-danger').getByText('stream backup ❌').waitFor();
      });
    });

    it('a part of the program that changes its state gets a card', () =>
      bench.on('', async ({ page }) => {
        const events = [
          partCard(1, 'danger', 'store: down, database or disk is full'),
          partCard(2, 'success', 'store: ok, takes writes'),
          partCard(3, 'warning', 'something in other words'),
        ];
        const body = `retry: 60000\n\n${events.map((data) => `event: live\ndata: ${JSON.stringify(data)}\n\n`).join('')}`;
        await page.route('**/ultronex/events', (route) => route.fulfill({ contentType: 'text/event-stream', body }));
        await page.route('**/ultronex/stream', (route) => route.fulfill({ path: 'dist/web/stream.html' }));
        await page.goto(`${bench.site.url}/ultronex/stream`);
        const shown = (level: string) => () =>
          page.getByTestId(`column-${level}`).getByTestId('stream-card').innerText();
        await eventuallyMatches(shown('danger'), /^Store\s+down\s[\s\S]*\bdatabase or disk is full$/);
        await eventuallyMatches(shown('success'), /^Store\s+ok\s[\s\S]*\btakes writes$/);
        await eventuallyMatches(shown('warning'), /^part\s[\s\S]*\bsomething in other words$/);
        await page.getByTestId('stream-channel').getByText('All channels').waitFor({ state: 'attached' });
        await eventually(() => page.getByTestId('stream-channel').locator('option').count(), 1);
      }));

    it('the stream shows that the connection is lost, and continues after a restart of the program', () =>
      bench.on(
        'stream',
        async ({ page }) => {
          const cards = page.getByTestId('stream-card');
          const connection = page.getByTestId('connection');
          await connection.getByText('Live').waitFor();
          await post('#general', 'stream before the restart', 'sent');
          await cards.filter({ hasText: 'before the restart' }).waitFor();
          await bench.site.restart(() => connection.getByText('Reconnecting').waitFor());
          await post('#general', 'stream after the restart', 'sent');
          await cards.filter({ hasText: 'after the restart' }).waitFor();
          await connection.getByText('Live').waitFor();
          assert.equal(await cards.filter({ hasText: 'before the restart' }).count(), 1);
          assert.equal(await cards.filter({ hasText: 'after the restart' }).count(), 1);
        },
        { provokes: /net::ERR_/ },
      ));

    it('after a lost connection the stream shows the missed cards, each card once', async () => {
      const line = await openLine(bench.site.url);
      const view = { through: line.url, provokes: /net::ERR_/ };
      const run = async ({ page }: Opened) => {
        const cards = page.getByTestId('stream-card');
        const connection = page.getByTestId('connection');
        await post('#general', 'stream before the cut', 'sent');
        await cards.filter({ hasText: 'before the cut' }).waitFor();
        line.cut();
        await connection.getByText('Reconnecting').waitFor();
        await post('#general', 'stream during the cut', 'sent');
        assert.equal(await cards.filter({ hasText: 'during the cut' }).count(), 0);
        line.mend();
        await connection.getByText('Live').waitFor();
        for (const text of ['before the cut', 'during the cut']) {
          await cards.filter({ hasText: text }).waitFor();
          assert.equal(await cards.filter({ hasText: text }).count(), 1);
        }
      };
      await bench.on('stream', run, view).finally(() => line.close());
    });

    it('a paused stream buffers and counts new cards', () =>
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

    it('the stream can be filtered by text and channel, and cleared', async () => {
      await post('#general', 'stream needle', 'sent');
      await post('#no-such-channel', 'stream other', 'failed');
      await bench.on('stream', async ({ page }) => {
        const cards = page.getByTestId('stream-card');
        await cards.filter({ hasText: 'stream needle' }).waitFor();
        await page.getByTestId('stream-filter').fill('NEEDLE');
        await cards.filter({ hasText: 'stream other' }).waitFor({ state: 'detached' });
        await eventually(() => cards.count(), 1);
        await page.getByTestId('stream-filter').fill('');
        await page.getByTestId('stream-channel').selectOption('#no-such-channel');
        await cards.filter({ hasText: 'stream needle' }).waitFor({ state: 'detached' });
        await cards.filter({ hasText: 'stream other' }).waitFor();
        await page.getByTestId('stream-clear').click();
        await eventually(() => cards.count(), 0);
      });
    });

    it('a phone shows one level at a time', () =>
      bench.on(
        'stream',
        async ({ page }) => {
          await page.getByTestId('tab-danger').click();
          await page.getByTestId('column-danger').waitFor();
          await eventually(() => page.getByTestId('column-success').isVisible(), false);
        },
        { width: 360 },
      ));
  });
}
