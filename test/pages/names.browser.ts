import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from './browser.ts';
import { eventually, eventuallyMatches } from './eventually.ts';
import { onContainers } from './on-containers.ts';
import { call, post, untilState } from './site.ts';
import type { Bench } from './suite.ts';

const oneLine = (text: string) => text.split(/\s+/).join(' ').trim();
const value = (page: Page, testId: string) => () => page.getByTestId(testId).inputValue();

/** Tests that users and channels are picked and shown by name, next to the id. */
export function namesTests(bench: Bench): void {
  const deliver = async (channel: string, text: string) => {
    const id = await post(bench.site, { channel, text });
    await untilState(bench.site, id, 'sent');
    return id;
  };

  describe('names', () => {
    it('a user and a channel are picked with the keyboard, and the pattern is stored with their ids', () =>
      bench.on('tracked', async ({ page }) => {
        const pattern = `names-${Date.now() % 100_000}`;
        await page.getByTestId('pattern-input').fill(pattern);
        await page.getByTestId('user-input').pressSequentially('gr');
        await page.getByTestId('user-input-option').getByText('@grace').waitFor();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await eventually(value(page, 'user-input'), '@grace');
        await eventually(() => page.getByTestId('user-input-id').innerText(), 'U2');
        await page.keyboard.press('Tab');
        await page.keyboard.type('#ops');
        await page.getByTestId('channel-input-option').getByText('#ops', { exact: true }).waitFor();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await eventually(() => page.getByTestId('channel-input-id').innerText(), 'C5');
        await page.getByTestId('add').click();
        const entry = page.locator(`[data-testid=pattern][data-pattern="${pattern}"]`);
        await entry.waitFor();
        await eventuallyMatches(async () => oneLine(await entry.innerText()), /@grace U2 in #ops C5/);
        await page.getByTestId('find-pattern').fill('C5');
        await entry.waitFor();
        await entry.getByRole('button', { name: 'Remove' }).click();
        await entry.getByText('Remove the pattern for @grace?').waitFor();
        await entry.getByTestId('confirm').click();
        await entry.waitFor({ state: 'detached' });
      }));

    it('a late response to an earlier text brings back no suggestion that does not match', () =>
      bench.on('tracked', async ({ page }) => {
        const held = new Map<string, () => void>();
        await page.route('**/ultronex/names?*kind=channel*', async (route) => {
          const asked = new URL(route.request().url()).searchParams.get('q') ?? '';
          await new Promise<void>((resolve) => held.set(asked, resolve));
          await route.continue();
        });
        const answer = async (asked: string) => {
          await until(`"${asked}" is asked for`, async () => held.has(asked));
          const answered = page.waitForResponse((response) => response.url().includes('kind=channel'));
          held.get(asked)?.();
          await answered;
        };
        const options = page.getByTestId('channel-input-option');
        await page.getByTestId('channel-input').focus();
        await until('all channels are asked for', async () => held.has(''));
        await page.keyboard.type('#ops');
        await answer('');
        await page.waitForTimeout(100);
        assert.equal(await options.count(), 0);
        await answer('#ops');
        await options.getByText('#ops', { exact: true }).waitFor();
      }));

    it('a complete name and a pasted id are chosen, and an unknown name is reported', () =>
      bench.on('tracked', async ({ page }) => {
        const user = page.getByTestId('user-input');
        await user.fill('ADA');
        await page.getByTestId('user-input-option').first().waitFor();
        await page.getByTestId('pattern-input').focus();
        await eventually(value(page, 'user-input'), '@ada');
        await user.fill('U2');
        await page.getByTestId('pattern-input').focus();
        await eventually(value(page, 'user-input'), '@grace');
        await user.fill('@nobody');
        await page.getByTestId('pattern-input').focus();
        await page.getByText('Nobody is called @nobody.').waitFor();
        await eventually(() => user.getAttribute('aria-invalid'), 'true');
        await page.getByTestId('pattern-input').fill('x{2}y');
        await page.getByTestId('add').click();
        await page.getByRole('alert').getByText('@nobody').waitFor();
      }));

    it('an id without a known name is shown alone', async () => {
      await call(bench.site, 'POST', 'track', { pattern: 'nameless', user: 'U0NOBODY99' });
      await bench.on('tracked', async ({ page }) => {
        const entry = page.locator('[data-testid=pattern][data-pattern=nameless]');
        await entry.waitFor();
        await eventuallyMatches(async () => oneLine(await entry.innerText()), /^nameless U0NOBODY99 everywhere/);
      });
    });

    it('the ledger shows names in its rows, texts and places, and can be filtered by a name', async () => {
      const toAda = await deliver('U1', 'names for <@U2> in <#C5>');
      const elsewhere = await deliver('#random', 'names elsewhere');
      await bench.on('ledger', async ({ page }) => {
        const row = page.locator(`[data-testid=delivery][data-id="${toAda}"]`);
        await row.getByText('@ada').first().waitFor();
        await eventuallyMatches(async () => oneLine(await row.innerText()), /@ada U1 names for @grace in #ops/);
        await row.getByRole('button').first().click();
        await row.getByTestId('details').getByText('direct message to @ada (DU1)').waitFor();
        await page.getByTestId('ledger-channel').fill('@ad');
        await page.getByTestId('ledger-channel-option').getByText('@ada').click();
        await page.locator(`[data-testid=delivery][data-id="${elsewhere}"]`).waitFor({ state: 'detached' });
        await row.waitFor();
        await eventually(() => new URL(page.url()).searchParams.get('channel'), 'U1');
        await page.reload();
        await row.waitFor();
        await eventually(value(page, 'ledger-channel'), '@ada');
      });
    });

    it('the stream shows names on its cards and in its filter', async () => {
      await deliver('C6', 'names in the stream');
      await bench.on('stream', async ({ page }) => {
        const card = page.getByTestId('stream-card').filter({ hasText: 'names in the stream' });
        await card.getByText('#random').waitFor();
        await eventuallyMatches(async () => oneLine(await card.innerText()), /^#random C6 sent/);
        await page.getByTestId('stream-channel').selectOption({ label: '#random (C6)' });
        await card.waitFor();
      });
    });

    it('the audit log shows the names of the user and the channel', () =>
      onContainers(bench)('containers', async ({ page }) => {
        const names = [
          { id: 'U024BE7LH', kind: 'user', name: 'ada' },
          { id: 'C061EG9SL', kind: 'channel', name: 'ops' },
        ];
        await page.route('**/ultronex/names?*', (route) => route.fulfill({ json: { names, problem: null } }));
        await page.reload();
        const who = page.getByTestId('audit-who').nth(1);
        await who.getByText('@ada').waitFor();
        await eventually(async () => oneLine(await who.innerText()), '@ada U024BE7LH Slack, #ops C061EG9SL');
      }));

    it('a page with many ids requests their names in at most three requests', async () => {
      for (let at = 0; at < 20; at++)
        await post(bench.site, { channel: '#general', text: `names <@U9000${at}> of many` });
      await bench.on('', async ({ page }) => {
        let asked = 0;
        page.on('request', (request) => {
          if (request.url().includes('/ultronex/names')) asked += 1;
        });
        const { username, password } = bench.site;
        await page.setExtraHTTPHeaders({
          authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        });
        await page.goto(`${bench.site.url}/ultronex/ledger?q=of+many`);
        await page.getByTestId('delivery').first().waitFor();
        await until('the names are requested', async () => asked > 0);
        await page.waitForTimeout(300);
        assert.ok(asked <= 3, `${asked} requests`);
      });
    });
  });
}
