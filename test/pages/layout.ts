import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { until } from './browser.ts';
import type { Bench } from './suite.ts';

const pages = {
  home: '',
  simulator: 'simulator',
  stream: 'stream',
  ledger: 'ledger',
  tracked: 'tracked',
  runbook: 'runbook',
  guide: 'guide',
};
const ready: Record<keyof typeof pages, string> = {
  home: '[data-testid=parts] li',
  simulator: '[data-testid=composer]',
  stream: '[data-testid=stream-card]',
  ledger: '[data-testid=delivery]',
  tracked: '[data-testid=pattern-input]',
  runbook: 'h3',
  guide: '[data-testid=chapter] h2',
};
const screenshots = 'test-output/screenshots';

export function layoutTests(bench: Bench): void {
  describe('look', () => {
    mkdirSync(screenshots, { recursive: true });
    for (const [name, path] of Object.entries(pages) as [keyof typeof pages, string][]) {
      for (const theme of ['light', 'dark'] as const) {
        for (const width of [1280, 360]) {
          it(`${name} fits ${width} px and can be read, ${theme}`, () =>
            bench.on(
              path,
              async ({ page }) => {
                await page.locator(ready[name]).first().waitFor();
                await page.screenshot({
                  path: `${screenshots}/${name}-${theme}-${width < 700 ? 'phone' : 'wide'}.png`,
                });
                assert.deepEqual(await page.evaluate('probe.sticksOut()'), []);
                assert.deepEqual(await page.evaluate('probe.lowContrast()'), []);
              },
              { theme, width },
            ));
        }
      }
    }

    it('leads from the link of an alert to its section', () =>
      bench.on('runbook#loglineslost', async ({ page }) => {
        const heading = page.getByRole('heading', { name: 'LogLinesLost' });
        await heading.waitFor();
        await until('it is at the top', async () => {
          const { y = -1 } = (await heading.boundingBox()) ?? {};
          return y >= 0 && y < 200;
        });
        assert.ok((await page.getByRole('link', { name: 'OutOfMemoryKill' }).count()) > 0);
      }));

    it('remembers the chosen theme', () =>
      bench.on('', async ({ page }) => {
        const background = () => page.evaluate('probe.background()');
        const light = await background();
        await page.getByTestId('theme-toggle').click();
        const dark = await background();
        assert.notEqual(dark, light);
        await page.reload();
        assert.equal(await background(), dark);
      }));

    it('says on the home page how each part of the program is', () =>
      bench.on('', async ({ page }) => {
        const parts = page.getByTestId('parts').getByRole('listitem');
        await parts.first().waitFor();
        const shown = (await parts.allInnerTexts()).map((text) => text.split(/\s+/).filter(Boolean));
        assert.deepEqual(
          shown.map((words) => [words.at(0)?.toLowerCase(), words.at(-1)]),
          [
            ['store', 'ok'],
            ['simulator', 'ok'],
            ['outbox', 'ok'],
          ],
        );
      }));

    it('offers a chat on the home page', () =>
      bench.on('', async ({ page }) => {
        await page.getByRole('button', { name: 'Chat with the bot' }).click();
        await until('help in the composer', async () => (await page.getByTestId('composer').inputValue()) === 'help');
      }));
  });
}
